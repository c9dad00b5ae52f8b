use super::Yaml;
use crate::frontend::testing::{mutated, print, settings, spans};
use proptest::prelude::*;

#[test]
fn settings_have_paths_types_and_holes() {
    for (text, expected) in [
        (
            "a:\n  b: c\n  d: [1, yes, 'no', ~]\n",
            "a.b = c\na.d.[0] = 1 (number)\na.d.[1] = yes (bool)\na.d.[2] = no\na.d.[3] = ~ (null)",
        ),
        ("a: http://${H:-h}:{{ port }}/\r\nb: \"x\\ty\"\r\n", "a = http://${H|h}:${port}/\nb = x\\ty"),
        ("a: 1\n---\na: 2\n...\n---\n# c\na: 3\n", "a = 1 (number)\n#1 a = 2 (number)\n#2 a = 3 (number)"),
        (
            "a: &x {u: 1, v: 2}\nb:\n  <<: *x\n  v: 3\nc: *x\n",
            "a.u = 1 (number)\na.v = 2 (number)\nb.v = 3 (number)\nb.u = 1 (number)\nc.u = 1 (number)\nc.v = 2 (number)",
        ),
        ("a: &x http://h\nb: *x\n", "a = http://h\nb = http://h"),
        ("a: |\n  one\n\n    two\nb: >-\n  x\n  y\n", "a = one\\n\\n  two\\n\nb = x y"),
        ("a: it\n  goes\n\n  on\nb: 'it''s'\nc:\n", "a = it goes\\non\nb = it's\nc =  (null)"),
        ("\u{feff}é: ü\nb: \"ä\\u00e9\"\n", "é = ü\nb = äé"),
        ("a: !!str 12\nb: &k |\n  t\nc: !x 'y'\n", "a = 12\nb = t\\n\nc = ${y}"),
        ("a: !Sub 'http://${H}/'\nb: !GetAtt Cache.Address\n", "a = http://${H}/\nb = ${Cache.Address}"),
    ] {
        assert_eq!(print(&Yaml, "a.yml", text), expected, "{text}");
    }
}

#[test]
fn variables_of_the_file_are_filled_in() {
    for (text, expected) in [
        ("a_b: h\nc: http://{{ a_b }}/\n", "a_b = h\nc = http://${a_b|h}/"),
        ("a: {b: h}\nc: http://${a.b}/\n", "a.b = h\nc = http://${a.b|h}/"),
        ("- vars: {h: x}\n  u: \"{{ h }}:1\"\n", "[0].vars.h = x\n[0].u = ${h|x}:1"),
        // `.Values.db.host` is another one.
        ("host: h\nc: http://{{ .Values.db.host }}/\n", "host = h\nc = http://${host}/"),
        ("a_b: h\n---\na_b: i\nc: http://{{ a_b }}/\n", "a_b = h\n#1 a_b = i\n#1 c = http://${a_b}/"),
    ] {
        assert_eq!(print(&Yaml, "a.yml", text), expected, "{text}");
    }
}

#[test]
fn templates_of_yaml_are_read() {
    for (text, expected) in [
        ("{{- if .a }}\nurl: {{ .Values.url | default \"http://x\" }}\n{{- end }}\n", "url = ${url|http://x}"),
        ("a: \"{{ .Values.h }}:80\"\nb: http://{{ host | default('h') }}/x\n", "a = ${h}:80\nb = http://${host|h}/x"),
        ("a:\n  {{- toYaml .Values.x | nindent 2 }}\n  b: c\n", "a.b = c"),
        ("a: {{- include \"x\" . | nindent 4 }}\n    b: c\n", "a.b = c"),
        ("a: <%= ENV['HOST'] %>\n<% if x %>\nb: c\n<% end %>\n", "a = ${HOST}\nb = c"),
        ("{% for h in hosts %}\n- host: {{ h }}\n{% endfor %}\n", "[0].host = ${h}"),
        ("{{ .key }}: v\ndata: |\n  url={{ .u }}\n  {{ .rest }}\n", "{{ .key }} = v\ndata = url=${u}\\n${rest}\\n"),
        ("a: @b.c@\nd:\n  - @e@\n", "a = @b.c@\nd.[0] = @e@"),
        ("a:\n- {{ . | toYaml | trim }}\n  b: c\n", "a.[0].b = c"),
        ("on: push\nenv:\n  T: ${{ secrets.TOKEN }}\n", "on = push\nenv.T = ${TOKEN}"),
        (
            "{{- define \"x\" -}}\na: b\n{{- end }}\n{{- define \"y\" -}}\n- c\n] d: e\n{{- end }}\n",
            "a = b\n#1 [0] = c\n#1 ] d = e",
        ),
        (
            "{{- $u := printf \"http://%s/x\" .h }}\n{{ $n := \"x\" }}\na: {{ $u }}\n",
            "a = ${u}\n#1 u = ${|http://${value}/x}",
        ),
        ("a: |\n  {{- if x -}}\n    b\n  {{- end }}\nc: d\n", "a = b\\n\\n\nc = d"),
        ("a: |\n    {{- if x }}\n      {{- y }}\n    {{- end }}\n    # b\n    c\n", "a = # b\\nc\\n"),
        ("a: |- {{ include \"x\" . | nindent 2 }}\nb: c\n", "a = \nb = c"),
    ] {
        assert_eq!(print(&Yaml, "a.yml", text), expected, "{text}");
    }
}

#[test]
fn spans_are_the_bytes_that_are_written() {
    for (text, expected) in [
        ("é: http://é # c\r\nb: 'q' \r\n", vec!["é: http://é <http://é>", "b: 'q' <q>"]),
        ("a: \"x\\ny ${H:-z}\"  # c\n", vec!["a: \"x\\ny ${H:-z}\" <x|\\n|y |${H:-z}>"]),
        ("a: |\n  é1\n  b\nc: d\n", vec!["a: |\n  é1\n  b\n <é1|\n|b|\n>", "c: d <d>"]),
        ("- &x http://h\n- {k: *x}\n", vec!["http://h <http://h>", "k: *x <http://h>"]),
        ("a: \"b\" # \"c\"\nd: 'e''f' # it's\n", vec!["a: \"b\" <b>", "d: 'e''f' <e|''|f>"]),
        ("u: {{ .h }} # c\n", vec!["u: {{ .h }} <{{ .h }}>"]),
    ] {
        assert_eq!(spans(&Yaml, "a.yml", text), expected, "{text}");
    }
}

#[test]
fn values_may_go_on_at_the_column_of_their_key() {
    for (text, expected) in [
        ("k:\n  a: [\n    b, # c\n    \"d\"\n  ]\n  e: f\n", "k.a.[0] = b\nk.a.[1] = d\nk.e = f"),
        ("a: \"{\n  'b': 1\n}\"\nc: d\n", "a = { 'b': 1 }\nc = d"),
    ] {
        assert_eq!(print(&Yaml, "a.yml", text), expected, "{text}");
    }
}

#[test]
fn what_does_not_parse_is_read_by_lines() {
    let text = "a: 1\n---\nx:\n  url: \"http://h\" # c\n  l:\n  - n: b\n    v: c\n  - d\n bad: ]: [\n---\nb: 2\n";
    let expected = "a = 1 (number)\n#1 x.url = http://h\n#1 x.l.[0].n = b\n#1 x.l.[0].v = c\n#1 x.l.[1] = d\n#1 x.bad = ]: [\n#2 b = 2 (number)\n! syntax";
    assert_eq!(print(&Yaml, "a.yml", text), expected);
    let text = "bad: ]: [\nargs: [a, \"b,c\", --d=e] # f\nn: [[a], b]\n";
    let expected = "bad = ]: [\nargs.[0] = a\nargs.[1] = b,c\nargs.[2] = --d=e\nargs.--d = e\nn = [[a], b]\n! syntax";
    assert_eq!(print(&Yaml, "a.yml", text), expected);
}

#[test]
fn forms_of_templates_are_yaml() {
    let text = "env:\n- name: PORT\n  value: :{{ .Values.port }}\ncommand:\n- {{ if .Values.a -}}\"b\"{{- else -}}\"c\"{{- end }}\n{{ if .Values.d }}- e{{ end }}\n- \"f\"\n\
                {{- range $key, $value := .Values.g }}\n{{ $key | indent 8 }}: {{ $value }}\n{{- end }}\nlist:\n{{- if .Values.h }}\n- i\n{{- else }}\n  []\n{{- end }}\n\
                data:\n  {{ $key }}: | {{ $value | nindent 4 }}\n";
    let printed = print(&Yaml, "a.yml", text);
    assert!(!printed.contains('!'), "{printed}");
    for line in ["command.[0] = b", "command.[1] = e", "command.[2] = f", "list.[0] = i"] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
}

#[test]
fn an_alias_bomb_is_harmless() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&["a", &level.to_string(), ": &a", &level.to_string(), " [", &aliases, "]\n"].concat());
    }
    let (items, _, _) = settings(&Yaml, "a.yml", &text);
    assert!((9..60_000).contains(&items.len()), "{}", items.len());
    settings(&Yaml, "a.yml", "a: &a\n  <<: *a\n  b: *a\n");
}

#[test]
fn hostile_nesting_and_repetition_end() {
    for unit in ["[", "{a: ", "- ", "a:\n ", "---\n", "{{", "\"", "? ", "&a ", "'"] {
        settings(&Yaml, "a.yml", &unit.repeat(100_000));
    }
    let deep = (0..3000).fold(String::new(), |text, depth| {
        text + &" ".repeat(depth)
            + "a:
"
    });
    settings(&Yaml, "a.yml", &deep);
    settings(&Yaml, "a.yml", &format!("{deep}]"));
}

const SNIPPETS: &[&str] = &[
    "a: &x\n  b: 'c ''d'\n",
    "e: \"f\\u00e9\\n\n  g\"\n",
    "<<: *x\n",
    "- h: |2-\n    i\n\n   j\n",
    "---\n",
    "k: {{ .v | default \"é\" }}\n",
    "{{- if x }}\n",
    "? l\n: m\n",
    "n: [o, {p: q}]\n",
    "url: http://${H:-x}/é # c\r\n",
    "<% x %>",
    "a: >+\r\n  x\r\n  y\r\n\r\n",
    "\u{feff}",
    "*x",
    "!!str t",
];

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC*") {
        settings(&Yaml, "a.yml", &text);
    }

    #[test]
    fn any_mixture_is_survived(text in mutated(SNIPPETS)) {
        settings(&Yaml, "a.yml", &text);
    }
}
