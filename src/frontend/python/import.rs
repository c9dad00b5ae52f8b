//! The forms of `import`.

use super::Walk;
use crate::frontend::treesitter::{field, fields, named, span};
use crate::tree::{Import, Kind, NodeId};
use compact_str::CompactString;
use tree_sitter::Node;

impl Walk<'_> {
    /// Imports count for the whole file, wherever they stand.
    pub(super) fn import(&mut self, node: Node) -> NodeId {
        let module = field(node, "module_name").map(|module| self.dotted(module));
        for item in fields(node, "name") {
            let import = match &module {
                Some(module) => self.import_from(module, item),
                None => self.import_module(item),
            };
            self.tree.imports.push(import);
        }
        if let (Some(module), Some(star)) = (module, named(node).iter().find(|child| child.kind() == "wildcard_import"))
        {
            let import = Import { path: module, name: CompactString::default(), wildcard: true, span: span(*star) };
            self.tree.imports.push(import);
        }
        self.push(Kind::Nothing, node)
    }

    /// `a.b` binds `a`; `a.b as c` binds `c` to the whole.
    fn import_module(&self, item: Node) -> Import {
        let (path, alias) = self.aliased(item);
        let name = alias.unwrap_or_else(|| path.split('.').next().unwrap_or_default().into());
        let path = if field(item, "alias").is_some() { path } else { name.clone() };
        Import { path, name, wildcard: false, span: span(item) }
    }

    fn import_from(&self, module: &str, item: Node) -> Import {
        let (name, alias) = self.aliased(item);
        let dot = if module.ends_with('.') { "" } else { "." };
        let path = compact_str::format_compact!("{module}{dot}{name}");
        Import { path, name: alias.unwrap_or(name), wildcard: false, span: span(item) }
    }

    fn aliased(&self, item: Node) -> (CompactString, Option<CompactString>) {
        let name = field(item, "name").unwrap_or(item);
        (self.dotted(name), field(item, "alias").map(|alias| self.text(alias).into()))
    }

    /// A dotted name without the white space and the line continuations that may stand between its parts.
    fn dotted(&self, node: Node) -> CompactString {
        self.text(node).chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
    }
}
