//! Imports.

use super::lower::{Lowerer, plain};
use crate::source::Span;
use crate::tree::Import;
use compact_str::CompactString;
use syn::UseTree;

impl Lowerer<'_> {
    pub(super) fn import(&mut self, path: CompactString, name: CompactString, span: Span) {
        self.tree.imports.push(Import { path, name, wildcard: false, span });
    }

    pub(super) fn use_tree(&mut self, tree: &UseTree, path: &mut Vec<CompactString>) {
        match tree {
            UseTree::Path(step) => {
                path.push(plain(&step.ident));
                self.use_tree(&step.tree, path);
                path.pop();
            }
            UseTree::Name(leaf) => self.use_leaf(path, &leaf.ident, &leaf.ident),
            UseTree::Rename(leaf) => self.use_leaf(path, &leaf.ident, &leaf.rename),
            UseTree::Glob(glob) => {
                let span = self.at(glob.star_token.span);
                self.tree.imports.push(Import {
                    path: path.join(".").into(),
                    name: CompactString::default(),
                    wildcard: true,
                    span,
                });
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, path);
                }
            }
        }
    }

    /// `a::{self}` binds `a`.
    fn use_leaf(&mut self, path: &[CompactString], ident: &proc_macro2::Ident, name: &proc_macro2::Ident) {
        let span = self.at(ident.span()).cover(self.at(name.span()));
        let itself = ident == "self" && !path.is_empty();
        let mut whole = path.join(".");
        if !itself {
            if !whole.is_empty() {
                whole.push('.');
            }
            whole.push_str(&plain(ident));
        }
        let bound = if itself && name == "self" { path.last().cloned().unwrap_or_default() } else { plain(name) };
        self.import(whole.into(), bound, span);
    }
}
