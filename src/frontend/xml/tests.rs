use super::Xml;
use crate::frontend::testing::{mutated, print, settings, spans};
use proptest::prelude::*;

#[test]
fn elements_and_attributes_become_settings() {
    for (text, expected) in [
        ("<?xml version=\"1.0\"?>\r\n<a b='c'>\r\n <d> e </d><f/>\r\n</a>", "a.@b = c\na.d = e"),
        ("<m xmlns:android=\"http://x\" xmlns='y'><p android:u=\"true\"/></m>", "m.p.@android:u = true"),
        ("<a>x&amp;y&#233;<![CDATA[&amp;]]></a>", "a = x&yé&amp;"),
        (
            "<!DOCTYPE a [<!ENTITY h \"host\"> <!-- don't -->]><a b=\"&h;\">http://&h;/</a>",
            "a.@b = host\na = http://host/",
        ),
        ("<a><!-- <b>c</b> --><u>${H:-h}/@P@</u></a>", "a.u = ${H|h}/${P}"),
        ("\u{feff}<é ü='ö'/>", "é.@ü = ö"),
        ("<a b=c d>e<f g='h'></a>", "a.@b = c\na = e\na.f.@g = h\n! syntax"),
        ("<a <!-- c --> b='d' <!-- e='f' --> g='h'/>", "a.@b = d\na.@g = h\n! syntax"),
        ("<a <!-- b", "! syntax"),
        ("no xml", "! syntax"),
        (
            "<%# x -%>\n<?xml version='1.0'?>\n<a><% if b %><u>http://<%= @h %>:80</u><% end %></a>",
            "a = \na.u = http://${h}:80",
        ),
    ] {
        assert_eq!(print(&Xml, "a.xml", text), expected, "{text}");
    }
}

#[test]
fn pairs_become_settings() {
    for (text, expected) in [
        ("<b><property name='X' value='Y'/></b>", "b.X = Y"),
        ("<b><property name='X'><value>Y</value></property></b>", "b.X = Y"),
        ("<configuration><property><name>X</name><value>Y</value></property></configuration>", "configuration.X = Y"),
        ("<map><entry key='X'>Y</entry></map>", "map.X = Y"),
        ("<s><add key='X' value='Y'/></s>", "s.X = Y"),
        ("<w><c><param-name>X</param-name><param-value>Y</param-value></c></w>", "w.X = Y"),
        ("<s><setting name='X'><value>Y</value></setting></s>", "s.X = Y"),
        ("<map><string name='X'>Y</string></map>", "map.X = Y"),
        (
            "<plist><dict><key>A</key><dict><key>B</key><true/><key>C</key><string>d</string></dict></dict></plist>",
            "plist.A.B = true\nplist.A.C = d",
        ),
    ] {
        let printed = print(&Xml, "a.xml", text);
        let found: Vec<&str> = printed.lines().filter(|line| expected.contains(line)).collect();
        assert_eq!(found.join("\n"), expected, "{printed}");
    }
}

#[test]
fn spans_are_exact() {
    let text = "\u{feff}<é a=\"http://é&amp;x\">\r\n <u>${P}:1</u>\r\n</é>";
    assert_eq!(spans(&Xml, "a", text), ["a=\"http://é&amp;x\" <http://é|&amp;|x>", "<u>${P}:1</u> <${P}|:1>"]);
    let pair = "<b><p name='X' value='é'/></b>";
    assert_eq!(spans(&Xml, "a", pair)[0], "<p name='X' value='é'/> <é>");
}

#[test]
fn hostile_text_ends() {
    for unit in [
        "<a>",
        "<a b='",
        "<!",
        "<![>",
        "<!--",
        "</a>",
        "<a ",
        "&",
        "<",
        "<!DOCTYPE a [",
        "<key>a</key><dict>",
        "<![CDATA[",
    ] {
        settings(&Xml, "a", &unit.repeat(100_000));
    }
    let bomb = format!("<!DOCTYPE a [<!ENTITY x \"{}\">]><a>{}</a>", "y".repeat(1000), "&x;".repeat(100_000));
    settings(&Xml, "a", &bomb);
}

const SNIPPETS: &[&str] = &[
    "<é a='b&#233;' c>",
    "</é>",
    "<p name=\"x\" value=\"${Y}\"/>",
    "<![CDATA[&d]]>",
    "<!-- e -->",
    "<!DOCTYPE f [<!ENTITY g 'h'>]>",
    "&g;é&amp;\r\n",
    "<key>i</key><true/>",
    "<dict>",
    "<?j?>",
    "\u{feff}",
];

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
        settings(&Xml, "a", &text);
        settings(&Xml, "a", &mixed);
    }
}
