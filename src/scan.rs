//! A run: files in, a report out. The stages of `lib.rs` in order, in parallel where files do not depend on each other.

use crate::charts;
mod again;
mod bumps;
mod constants;
mod facts;
mod manifests;
mod marks;
mod variables;

pub use facts::{Alone, Others};

use crate::filter::Filter;
use crate::flow::project::{Project, Unit};
use crate::frontend::documents::{self, Inside};
use crate::frontend::{self, Lowered};
use crate::gate;
use crate::judge::{self, Judgement, Reach};
use crate::kind::{FileKind, Kinds};
use crate::knowledge::Knowledge;
use crate::manifests::Beside;
use crate::manifests::known::Versions;
use crate::map::{self, Deployments, Homes, Map};
use crate::report::{Context, FileProblem, Finding, Report, Sources};
use crate::settings::Settings;
use crate::source::{FileId, Source, Span};
use crate::tree::{Problem, ProblemKind, Tree};
use crate::walk::{Candidate, Content, WalkOptions, Walked, read};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run looks at, and what of it is shown.
#[derive(Debug)]
pub struct Options {
    pub walk: WalkOptions,
    pub gate: gate::Options,
}

/// Text that does not lie in a file: standard input.
#[derive(Debug)]
pub struct Given {
    pub path: Utf8PathBuf,
    pub bytes: Vec<u8>,
}

/// One file after reading and, where it is worth it, parsing.
struct Parsed {
    source: Source,
    kind: FileKind,
    context: Context,
    lowered: Option<Lowered>,
    inside: Vec<Inside>,
    problems: Vec<Problem>,
}

/// What became of a candidate.
enum Seen {
    /// Nothing in it that a rule asks for.
    Passed {
        bytes: usize,
    },
    Binary,
    Generated,
    Refused(FileProblem),
    Parsed(Box<Parsed>),
}

/// Progress of a run, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress {
    pub total: AtomicUsize,
    pub done: AtomicUsize,
}

/// Scans files that were found by the walk.
pub fn scan(
    knowledge: &Knowledge,
    filter: &Filter<'_>,
    walked: Walked,
    others: &dyn Others,
    beside: Option<&dyn Beside>,
    options: &Options,
    progress: &Progress,
) -> Report {
    let mut report = Report { problems: walked.problems, ..Report::default() };
    report.statistics.left_out = walked.left_out;
    report.statistics.files = walked.files.len();
    progress.total.store(walked.files.len(), Ordering::Relaxed);
    let seen: Vec<Seen> = walked
        .files
        .par_iter()
        .enumerate()
        .map(|(index, candidate)| {
            let seen = look(knowledge, filter, index, candidate, &options.walk);
            progress.done.fetch_add(1, Ordering::Relaxed);
            seen
        })
        .collect();
    let mut parsed = Vec::new();
    let mut passed = Vec::new();
    for (index, seen) in seen.into_iter().enumerate() {
        match seen {
            Seen::Passed { bytes } => {
                report.statistics.bytes += bytes as u64;
                passed.push(index);
            }
            Seen::Binary => report.statistics.left_out.binary += 1,
            Seen::Generated => report.statistics.left_out.generated += 1,
            Seen::Refused(problem) => report.problems.push(problem),
            Seen::Parsed(file) => {
                report.statistics.bytes += file.source.text().len() as u64;
                parsed.push(*file);
            }
        }
    }
    let variables = variables::Rules::new(&knowledge.kinds);
    let asks = variables::asks(&parsed);
    parsed.extend(variables::providers(
        &parsed,
        &walked.files,
        &passed,
        asks.then_some(&variables),
        &options.walk,
        knowledge,
    ));
    let around = facts::Around {
        knowledge,
        filter,
        options: &options.walk,
        scope: &options.gate.scope,
        base: &options.gate.base,
        others,
        first: walked.files.len(),
    };
    if asks {
        parsed.append(&mut around.variables(&variables));
    }
    let defined = around.defined(&parsed);
    let mut decided = beside.map(|beside| around.decided(beside)).unwrap_or_default();
    let untouched = decided.iter().map(|file| file.source.id).collect();
    let mut all = around.providers(&parsed, &decided);
    let provided = all.len();
    all.append(&mut parsed);
    all.append(&mut decided);
    let taken = all.iter().map(|file| file.source.id).collect();
    let again = |reach: &Reach| -> Vec<Parsed> {
        let mut users = around.users(&defined, &taken, reach);
        let constants = constants::holders(&reach.sought, &passed, &walked.files);
        let constants = constants.par_iter().filter_map(|(index, names)| {
            constants::read_holder(knowledge, *index, &walked.files[*index], names, &options.walk)
        });
        let constants: Vec<Parsed> = constants.collect();
        let read: BTreeSet<FileId> = constants.iter().map(|file| file.source.id).collect();
        users.extend(constants);
        let Some(helpers) = Filter::of_helpers(knowledge, &reach.helpers) else { return users };
        let is_new = |index: usize| walked.files[index].kind.code && !read.contains(&FileId(index as u32));
        let callers = passed.par_iter().filter(|index| is_new(**index));
        users.par_extend(callers.filter_map(|index| {
            match look(knowledge, &helpers, *index, &walked.files[*index], &options.walk) {
                Seen::Parsed(file) => Some(*file),
                _ => None,
            }
        }));
        users
    };
    let base = &options.gate.base;
    let whole: BTreeSet<String> = walked.files.iter().map(|file| base.relative(file.path.as_str())).collect();
    let looked_at = |path: &str| whole.contains(path);
    let around = manifests_around(beside, options);
    let run = Run {
        options,
        again: &again,
        looked_at: &looked_at,
        files: &walked.files,
        asked: walked.files.len(),
        provided,
        untouched,
        around,
    };
    judge_all(knowledge, all, &run, &mut report);
    report
}

/// The folders that are named are those that the walk shows.
fn manifests_around<'a>(beside: Option<&'a dyn Beside>, options: &'a Options) -> Option<manifests::Around<'a>> {
    let named = options.walk.paths.iter().map(|path| path.to_string_lossy());
    let named = named.map(|path| Utf8PathBuf::from(path.trim_start_matches("./").trim_start_matches('.'))).collect();
    Some(manifests::Around { beside: beside?, base: &options.gate.base, named })
}

/// Scans one text.
pub fn scan_text(knowledge: &Knowledge, given: Given, beside: Option<&dyn Beside>, options: &Options) -> Report {
    let mut report = Report::default();
    report.statistics.files = 1;
    let named = knowledge.kinds.of_path(given.path.as_str());
    let told =
        named.as_ref().is_none_or(|kind| kind.gives_way).then(|| knowledge.kinds.of_content(&given.bytes)).flatten();
    let Some(kind) = told.or(named) else {
        report.statistics.left_out.other = 1;
        return report;
    };
    let context = if kind.sample { Context::Sample } else { Context::Production };
    let source = Source::new(FileId(0), given.path, given.bytes);
    report.statistics.bytes = source.text().len() as u64;
    let parsed = parse(knowledge, source, kind, context);
    let around = manifests_around(beside, options);
    let run = Run {
        options,
        again: &|_| Vec::new(),
        looked_at: &|_| false,
        files: &[],
        asked: 1,
        provided: 0,
        untouched: BTreeSet::new(),
        around,
    };
    judge_all(knowledge, vec![parsed], &run, &mut report);
    report
}

fn look(
    knowledge: &Knowledge,
    filter: &Filter<'_>,
    index: usize,
    candidate: &Candidate,
    options: &WalkOptions,
) -> Seen {
    match read(candidate, options, &knowledge.kinds) {
        Err(problem) => Seen::Refused(FileProblem { path: candidate.path.clone(), ..problem }),
        Ok(Content::Binary) => Seen::Binary,
        Ok(Content::Generated) => Seen::Generated,
        Ok(Content::Text(bytes)) => {
            let source = Source::new(FileId(index as u32), candidate.path.clone(), bytes);
            let language = &candidate.kind.language;
            let deploys = knowledge.map.wants(language, source.text());
            if !deploys && !filter.wants(&candidate.path, language, source.text()) {
                return Seen::Passed { bytes: source.text().len() };
            }
            Seen::Parsed(Box::new(parse(knowledge, source, candidate.kind.clone(), candidate.context)))
        }
    }
}

fn parse(knowledge: &Knowledge, source: Source, kind: FileKind, context: Context) -> Parsed {
    let (mut problems, mut inside) = (Vec::new(), Vec::new());
    if source.lossy {
        let message = "some bytes are not UTF-8; they were read as `?`".to_owned();
        problems.push(Problem { kind: ProblemKind::Encoding, message, span: None });
    }
    let hidden = if kind.code {
        let template = knowledge.kinds.is_template(source.path.as_str());
        template.then(|| frontend::templates::hidden(&source)).flatten()
    } else {
        // What a file is like is told by the name that it will have.
        let plain = knowledge.kinds.plain(source.path.as_str());
        (plain != source.path.as_str()).then(|| Source::new(source.id, plain, source.text().as_bytes().to_vec()))
    };
    let lowered = frontend::find(&kind.language).map(|frontend| {
        let (mut lowered, found) = frontend.lower(hidden.as_ref().unwrap_or(&source));
        problems.extend(found);
        if let Lowered::Settings(settings) = &mut lowered {
            let known = documents::Known { kinds: &knowledge.kinds, programs: knowledge.rules.programs() };
            let (found, more) = documents::take(&source, settings, known);
            inside = found;
            problems.extend(more);
        }
        lowered
    });
    Parsed { source, kind, context, lowered, inside, problems }
}

/// What everything behind the front-ends needs of a run.
struct Run<'a> {
    options: &'a Options,
    /// More files, in which names decide that are known by now.
    again: &'a dyn Fn(&Reach) -> Vec<Parsed>,
    /// Whether a file, by its path below the root, is among those that were read.
    looked_at: &'a dyn Fn(&str) -> bool,
    /// All files of the run, in the order of their paths.
    files: &'a [Candidate],
    /// Files from this id on are read for others alone.
    asked: usize,
    /// So many of the parsed files, the first ones, only define what others use: nothing is judged in them.
    provided: usize,
    /// Files that were read for the versions that a change states.
    untouched: BTreeSet<FileId>,
    around: Option<manifests::Around<'a>>,
}

/// Everything behind the front-ends.
fn judge_all(knowledge: &Knowledge, parsed: Vec<Parsed>, run: &Run<'_>, report: &mut Report) {
    let mut world = World { asked: run.asked, ..World::default() };
    for file in parsed {
        world.add(file, &knowledge.kinds, report);
    }
    world.fill_templates();
    world.fill_variables(&variables::Rules::new(&knowledge.kinds));
    let deploys = |one: &&Configured| {
        let tests = world.contexts.get(&one.file) == Some(&Context::Test) && !run.options.gate.tests;
        // What is deployed from a hidden folder runs where the software is built.
        let path = world.sources.get(one.file).map(|source| run.options.gate.base.relative(source.path.as_str()));
        let hidden = path.is_some_and(|path| path.rsplit('/').skip(1).any(|folder| folder.starts_with('.')));
        one.inside.is_none() && !tests && !hidden
    };
    let settings = world.settings.iter().filter(deploys);
    let settings = settings.map(|one| (one.file, one.language.as_str(), &one.settings));
    let deployments = Deployments::read(&knowledge.map, settings, &world.sources);
    let all = run.provided..world.units();
    let mut judgements = world.judge(knowledge, all, &run.untouched, run.around.as_ref());
    let mut reach = Reach::default();
    let mut seekers: BTreeMap<FileId, BTreeSet<CompactString>> = BTreeMap::new();
    for (file, judgement) in &mut judgements {
        let homes = judgement.reach.sought.iter().flat_map(|sought| sought.homes.iter().cloned());
        seekers.entry(*file).or_default().extend(homes);
        reach.add(std::mem::take(&mut judgement.reach));
    }
    let first = world.units();
    let more = (run.again)(&reach);
    if !more.is_empty() {
        let homes: BTreeSet<&str> = more.iter().map(|file| last_name(&file.source.path)).collect();
        seekers.retain(|_, sought| sought.iter().any(|home| homes.contains(home.as_str())));
        world.settings.clear();
        for file in more {
            world.add(file, &knowledge.kinds, report);
        }
        // What waited for a value is judged once more, now that the file is read that holds it.
        judgements.retain(|(file, _)| !seekers.contains_key(file));
        let waiting = world.project.units.iter().enumerate().skip(run.provided);
        let waiting = waiting.filter(|(_, unit)| seekers.contains_key(&unit.file)).map(|(number, _)| number);
        let units: Vec<usize> = waiting.chain(first..world.units()).collect();
        judgements.extend(world.judge(knowledge, units, &run.untouched, run.around.as_ref()));
    }
    report.statistics.parsed = world.contexts.keys().filter(|file| (file.0 as usize) < run.asked).count();
    let tests = std::mem::take(&mut world.test_spans);
    judge::settle(&world.project, &knowledge.checks, &mut judgements, &|place| {
        world.contexts.get(&place.file) == Some(&Context::Test) || marks::in_test(&tests, place)
    });
    let complete = !judgements.iter().any(|(_, judgement)| judgement.gave_up);
    for (file, judgement) in &judgements {
        if judgement.gave_up {
            report.problems.push(FileProblem {
                path: world.sources.get(*file).map(|source| source.path.clone()).unwrap_or_default(),
                line: None,
                kind: ProblemKind::GaveUp,
                message: "the values in this file take too long to follow; part of it was not judged".to_owned(),
            });
        }
    }
    let mut findings = Vec::new();
    let mut sightings = Vec::new();
    for (_, judgement) in judgements {
        findings.extend(judgement.findings);
        sightings.extend(judgement.sightings);
    }
    marks::mark_tests(&mut findings, &mut sightings, &tests);
    world.number_manifests(&mut findings);
    report.sources = world.sources;
    report.findings = gate::unique(findings, &report.sources, &run.options.gate.base);
    report.sightings = gate::unique_sightings(sightings, &report.sources);
    report.problems.sort();
    report.problems.dedup();
    let known: Vec<&str> = knowledge.checks.iter().map(|check| check.id.as_str()).collect();
    let not_whole = |problem: &&FileProblem| {
        matches!(problem.kind, ProblemKind::GaveUp | ProblemKind::Unreadable | ProblemKind::TooLarge)
    };
    let base = &run.options.gate.base;
    let unread: BTreeSet<String> =
        report.problems.iter().filter(not_whole).map(|problem| base.relative(problem.path.as_str())).collect();
    let looked_at = |path: &str| (run.looked_at)(path) && !unread.contains(path);
    gate::apply(report, &run.options.gate, &gate::Run { checks: &known, complete, looked_at: &looked_at });
    report.map = map_of(knowledge, run, report, &deployments);
}

/// Joins what the sightings say, with the manifests that tell whose they are.
fn map_of(knowledge: &Knowledge, run: &Run<'_>, report: &Report, deployments: &Deployments) -> Map {
    let asked = report.sightings.iter().filter_map(|sighting| report.sources.get(sighting.place.file));
    let read_settings = |path: &Utf8Path| {
        let index = run.files.binary_search_by(|file| file.path.as_path().cmp(path)).ok()?;
        let candidate = &run.files[index];
        let Ok(Content::Text(bytes)) = read(candidate, &run.options.walk, &knowledge.kinds) else { return None };
        let source = Source::new(FileId(index as u32), candidate.path.clone(), bytes);
        match parse(knowledge, source, candidate.kind.clone(), candidate.context).lowered {
            Some(Lowered::Settings(settings)) => Some(settings),
            _ => None,
        }
    };
    let homes = Homes::find(
        &knowledge.map,
        run.files.iter().map(|file| file.path.as_path()),
        asked.map(|source| source.path.as_path()),
        read_settings,
    );
    map::build(&map::Input {
        knowledge,
        deployments,
        sources: &report.sources,
        sightings: &report.sightings,
        homes: &homes,
        base: &run.options.gate.base,
        named: &run.options.gate.components,
        tests: run.options.gate.tests,
    })
}

/// What is judged: a unit of code, or the settings of a file.
#[derive(Clone, Copy)]
enum Subject {
    Unit(usize),
    Settings(usize),
}

/// The settings of a file, or of a document inside one.
struct Configured {
    file: FileId,
    /// Of the document, where it is not the file itself.
    inside: Option<Utf8PathBuf>,
    language: CompactString,
    settings: Settings,
}

/// The parsed files of a run.
#[derive(Default)]
struct World {
    sources: Sources,
    project: Project,
    settings: Vec<Configured>,
    contexts: BTreeMap<FileId, Context>,
    test_spans: BTreeMap<FileId, Vec<Span>>,
    new: Vec<Unit>,
    /// Files from this id on are read for others alone: nothing is said of them.
    asked: usize,
    /// Numbered from [`manifests::FIRST`] on.
    manifests: Vec<Source>,
}

impl World {
    fn add(&mut self, file: Parsed, kinds: &Kinds, report: &mut Report) {
        let id = file.source.id;
        if (id.0 as usize) < self.asked {
            report.statistics.parsed_bytes += file.source.text().len() as u64;
            report.problems.extend(file.problems.into_iter().map(|problem| FileProblem {
                path: file.source.path.clone(),
                line: problem.span.map(|span| file.source.position(span.start).line),
                kind: problem.kind,
                message: problem.message,
            }));
        }
        self.contexts.insert(id, file.context);
        match file.lowered {
            Some(Lowered::Code(tree)) => {
                let all = Span { start: 0, end: file.source.text().len() as u32 };
                self.test_spans.insert(id, marks::code_for_tests(kinds, &file.kind.language, &tree, all));
                self.new.push(unit(id, &file.source, file.kind.language, file.context, tree));
            }
            Some(Lowered::Settings(settings)) => {
                self.test_spans.insert(id, marks::spans_for_tests(kinds, &settings));
                let language = kinds.rules_of(&file.kind.language).into();
                self.settings.push(Configured { file: id, inside: None, language, settings });
            }
            None => {}
        }
        for Inside { path, language, settings } in file.inside {
            self.test_spans.entry(id).or_default().extend(marks::spans_for_tests(kinds, &settings));
            self.settings.push(Configured { file: id, inside: Some(path), language, settings });
        }
        self.sources.insert(file.source);
    }

    /// Gives the manifests that were read their numbers behind all others.
    fn number_manifests(&mut self, findings: &mut [Finding]) {
        let mut numbers: BTreeMap<FileId, FileId> = BTreeMap::new();
        for mut source in std::mem::take(&mut self.manifests) {
            let number = self.sources.next_id();
            numbers.insert(source.id, number);
            source.id = number;
            self.sources.insert(source);
        }
        for related in findings.iter_mut().flat_map(|finding| &mut finding.related) {
            related.place.file = numbers.get(&related.place.file).copied().unwrap_or(related.place.file);
        }
    }

    /// Gives the templates of charts the defaults of their charts.
    fn fill_templates(&mut self) {
        let sources = &self.sources;
        let path_of = |file: FileId| sources.get(file).map(|source| source.path.as_path());
        let wanted: BTreeSet<Utf8PathBuf> =
            self.settings.iter().filter_map(|one| charts::values_of(path_of(one.file)?)).collect();
        let values: BTreeMap<Utf8PathBuf, charts::Values> = self
            .settings
            .iter()
            .filter(|one| one.inside.is_none())
            .filter_map(|one| {
                let path = path_of(one.file).filter(|path| wanted.contains(*path))?;
                Some((path.to_owned(), charts::Values::new(&one.settings)))
            })
            .collect();
        self.settings.par_iter_mut().for_each(|one| {
            let Some(source) = sources.get(one.file) else { return };
            if let Some(values) = charts::values_of(&source.path).and_then(|path| values.get(&path)) {
                charts::resolve(&mut one.settings, source, values);
            }
        });
    }

    /// Gives holes the values that other files set.
    fn fill_variables(&mut self, rules: &variables::Rules<'_>) {
        let sources = &self.sources;
        let files = self.settings.iter().filter(|one| one.inside.is_none());
        let files = files.filter_map(|one| Some((sources.get(one.file)?.path.as_path(), &one.settings)));
        let variables = rules.read(files);
        if variables.is_empty() {
            return;
        }
        self.settings.par_iter_mut().for_each(|one| {
            if let Some(source) = sources.get(one.file) {
                variables.fill(&source.path, &mut one.settings);
            }
        });
    }

    /// The number of the next unit.
    fn units(&self) -> usize {
        self.project.units.len() + self.new.len()
    }

    /// Judges the settings, and these units.
    fn judge(
        &mut self,
        knowledge: &Knowledge,
        units: impl IntoIterator<Item = usize>,
        untouched: &BTreeSet<FileId>,
        around: Option<&manifests::Around<'_>>,
    ) -> Vec<(FileId, Judgement)> {
        let mut all = std::mem::take(&mut self.project).units;
        all.append(&mut self.new);
        self.project = Project::new(all);
        let contexts = &self.contexts;
        let sources = &self.sources;
        let context_of = |file: FileId| contexts.get(&file).copied().unwrap_or(Context::Production);
        let text_of = |file: FileId| sources.get(file).map(|source| source.text().to_owned());
        let project = &self.project;
        let judged = |subject: Subject, versions: &Versions| match subject {
            Subject::Unit(unit) => {
                let file = project.units[unit].file;
                Some((file, judge::code(knowledge, project, unit, versions, &context_of, &text_of)))
            }
            Subject::Settings(index) => {
                let Configured { file, inside, language, settings } = &self.settings[index];
                let source = sources.get(*file)?;
                let plain = || Utf8Path::new(knowledge.kinds.plain(source.path.as_str()));
                let path = inside.as_deref().unwrap_or_else(plain);
                Some((*file, judge::settings(knowledge, language, source, path, settings, versions, &context_of)))
            }
        };
        let units = units.into_iter().map(Subject::Unit);
        let subjects: Vec<Subject> = units.chain((0..self.settings.len()).map(Subject::Settings)).collect();
        let unknown = Versions::default();
        let mut all: Vec<again::Judged> =
            subjects.into_par_iter().filter_map(|subject| Some((subject, judged(subject, &unknown)?))).collect();
        again::with_versions(&mut all, &judged, around, untouched, sources, &mut self.manifests);
        all.into_iter().map(|(_, judgement)| judgement).collect()
    }
}

fn unit(file: FileId, source: &Source, language: CompactString, context: Context, tree: Tree) -> Unit {
    Unit { file, language, module: module(&source.path), context, tree }
}

/// The dotted path of a file without its ending; that of the folder where the file is what the folder holds.
fn module(path: &Utf8Path) -> CompactString {
    let mut module = CompactString::default();
    let path = path.with_extension("");
    for part in path.components() {
        let part = part.as_str();
        if matches!(part, "/" | "." | "..") {
            continue;
        }
        if !module.is_empty() {
            module.push('.');
        }
        module.push_str(part);
    }
    let folder = module.rsplit_once('.').filter(|(_, last)| STANDS_FOR_FOLDER.contains(last));
    folder.map(|(folder, _)| folder.into()).unwrap_or(module)
}

/// The last part of [`module`]. Asked of every file of a repository, so that it looks at the end of the path alone.
fn last_name(path: &Utf8Path) -> &str {
    let last = |text: &'_ str| -> usize { text.rfind(['/', '\\']).map_or(0, |at| at + 1) };
    let text = path.as_str();
    let name = &text[last(text)..];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    if !STANDS_FOR_FOLDER.contains(&stem) {
        return stem;
    }
    let folder = text[..text.len() - name.len()].trim_end_matches(['/', '\\']);
    if folder.is_empty() { stem } else { &folder[last(folder)..] }
}

/// Files that are what their folder is called.
const STANDS_FOR_FOLDER: [&str; 2] = ["__init__", "mod"];
