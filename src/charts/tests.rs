use super::*;
use crate::frontend::{self, Lowered};
use crate::source::FileId;

fn settings(path: &str, text: &str) -> (Settings, Source) {
    let source = Source::new(FileId(0), Utf8PathBuf::from(path), text.as_bytes().to_vec());
    let (lowered, _) = frontend::find("yaml").expect("there is a front-end for YAML").lower(&source);
    match lowered {
        Lowered::Settings(settings) => (settings, source),
        Lowered::Code(_) => (Settings::default(), source),
    }
}

/// The settings of a template as `key=value`, with holes as `${name}` and defaults resolved.
fn rendered(values: &str, template: &str) -> Vec<String> {
    let values = Values::new(&settings("chart/values.yaml", values).0);
    let (mut found, source) = settings("chart/templates/a.yaml", template);
    resolve(&mut found, &source, &values);
    let text = |part: &Part| match part {
        Part::Literal { text, .. } => text.to_string(),
        Part::Hole { default: Some(default), .. } => default.as_known().unwrap_or_default().into(),
        Part::Hole { name, .. } => format!("${{{name}}}"),
    };
    found
        .items
        .iter()
        .map(|item| format!("{}={}", item.dotted(), item.value.parts.iter().map(text).collect::<String>()))
        .collect()
}

#[test]
fn a_template_has_the_defaults_of_its_chart() {
    let values =
        "host: db.acme-bank.com\nport: 5432\ntls: { enabled: true }\nempty: \"\"\nurl: http://api.acme-bank.com\n";
    for (template, expected) in [
        ("a: \"{{ .Values.host }}:{{ .Values.port }}\"", "a=db.acme-bank.com:5432"),
        ("a: {{ .Values.host | quote }}", "a=db.acme-bank.com"),
        ("a: {{ default \"x\" .Values.empty }}", "a=x"),
        ("a: {{ ternary \"https\" \"http\" .Values.tls.enabled }}://h", "a=https://h"),
        ("{{- $s := printf \"%s-%d\" .Values.host .Values.port }}\na: x{{ $s }}", "a=xdb.acme-bank.com-5432"),
        ("a: x{{ include \"shop.fullname\" . }}.{{ .Release.Namespace }}", "a=xrelease-name.default"),
        ("a: x{{ .Values.missing }}", "a=x${missing}"),
        ("a: {{ $root.Values.host }}:{{ .context.Values.port }}", "a=db.acme-bank.com:5432"),
        ("dbHost: {{ .Values.host }}", "dbHost=${host}"),
        ("url: {{ tpl .Values.url $ }}/x", "url=${url}/x"),
        ("dbHost: {{ include \"shop.db\" . }}", "dbHost=release-name"),
        ("db: {{ include \"shop.db\" . }}", "db=${db}"),
        ("a: x{{ lookup \"v1\" .Values.host }}", "a=x${host}"),
    ] {
        assert_eq!(rendered(values, template), [expected], "{template}");
    }
}

#[test]
fn what_a_condition_leaves_out_by_default_is_not_there() {
    let values = "tls: { enabled: false }\nkind: mysql\n";
    let template = "\
a: 1
{{- if .Values.tls.enabled }}
b: 2
{{- else if eq .Values.kind \"mysql\" }}
c: 3
{{- else }}
d: 4
{{- end }}
{{- if and (not .Values.tls.enabled) .Values.kind }}
e: 5
{{- end }}
{{- if lookup \"v1\" \"x\" }}
f: 6
{{- else }}
g: 7
{{- end }}
{{- range .Values.none }}
h: 8
{{- end }}
";
    assert_eq!(rendered(values, template), ["a=1", "c=3", "e=5", "f=6", "g=7"]);
}

#[test]
fn nothing_in_a_template_makes_it_hang() {
    let values = "a: 1\n";
    rendered(values, &"{{ if (((".repeat(5000));
    rendered(values, &format!("a: {{{{ {} }}}}", "(".repeat(20_000)));
    rendered(values, &"{{ end }}{{ else }}".repeat(5000));
}

#[test]
fn a_template_belongs_to_the_chart_above_it() {
    assert_eq!(values_of(Utf8Path::new("a/templates/sub/b.yaml")), Some("a/values.yaml".into()));
    assert_eq!(values_of(Utf8Path::new("a/charts/b/templates/c.yaml")), Some("a/charts/b/values.yaml".into()));
    assert_eq!(values_of(Utf8Path::new("a/b.yaml")), None);
}
