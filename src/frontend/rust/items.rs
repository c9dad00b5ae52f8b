//! Items: imports, types, functions, constants.

use super::lower::{Lowerer, plain};
use super::types::{bound, dotted, is_plain, reduce};
use crate::source::Span;
use crate::tree::{Class, Function, Ident, Kind, NodeId, Parameter};
use compact_str::CompactString;
use syn::{Attribute, Block, Expr, Fields, FnArg, ImplItem, Item, ReturnType, Signature, TraitItem, Type};

impl Lowerer<'_> {
    pub(super) fn file(&mut self, file: &syn::File) {
        let whole = Span::new(0, self.text.len());
        self.note_test(&file.attrs, whole);
        let mut top = Vec::new();
        for item in &file.items {
            self.item(item, &mut top);
        }
        self.tree.top = top;
    }

    pub(super) fn item(&mut self, item: &Item, out: &mut Vec<NodeId>) {
        if self.deeper(3, |this| this.shallow_item(item, out)).is_none() {
            let span = self.of(item);
            out.push(self.too_deep(span));
        }
    }

    fn shallow_item(&mut self, item: &Item, out: &mut Vec<NodeId>) {
        match item {
            Item::Use(import) => {
                let mut path = Vec::new();
                self.use_tree(&import.tree, &mut path);
            }
            Item::ExternCrate(import) => {
                let name = import.rename.as_ref().map_or(&import.ident, |(_, name)| name);
                self.import(plain(&import.ident), plain(name), self.at(import.ident.span()));
            }
            Item::Type(alias) if is_plain(&alias.ty) => {
                let span = self.of(&*alias.ty);
                self.import(reduce(&alias.ty).unwrap_or_default(), plain(&alias.ident), span);
            }
            Item::Fn(function) => {
                out.push(self.function(&function.attrs, &function.sig, Some(&function.block)));
            }
            Item::Const(item) => {
                let start = self.at(item.const_token.span);
                out.push(self.constant(&item.attrs, &item.ident, &item.ty, Some(&item.expr), start));
            }
            Item::Static(item) => {
                let start = self.at(item.static_token.span);
                out.push(self.constant(&item.attrs, &item.ident, &item.ty, Some(&item.expr), start));
            }
            Item::Macro(mac) => {
                let id = self.macro_call(&mac.mac);
                self.note_test(&mac.attrs, self.tree.span(id));
                out.push(id);
            }
            Item::Verbatim(tokens) => {
                let tokens: Vec<_> = tokens.clone().into_iter().collect();
                out.push(self.loose(&tokens));
            }
            Item::ForeignMod(_) | Item::TraitAlias(_) | Item::Type(_) => {}
            other => self.class(other, out),
        }
    }

    fn class(&mut self, item: &Item, out: &mut Vec<NodeId>) {
        let (attributes, start, end) = match item {
            Item::Mod(item) => {
                let Some((braces, _)) = &item.content else {
                    return;
                };
                (&item.attrs, item.mod_token.span, self.at(braces.span.close()))
            }
            Item::Struct(item) => {
                (&item.attrs, item.struct_token.span, self.fields_end(&item.fields, self.at(item.ident.span())))
            }
            Item::Union(item) => (&item.attrs, item.union_token.span, self.at(item.fields.brace_token.span.close())),
            Item::Enum(item) => (&item.attrs, item.enum_token.span, self.at(item.brace_token.span.close())),
            Item::Trait(item) => (&item.attrs, item.trait_token.span, self.at(item.brace_token.span.close())),
            Item::Impl(item) => (&item.attrs, item.impl_token.span, self.at(item.brace_token.span.close())),
            _ => return,
        };
        let mut class = Class { span: self.at(start).cover(end), ..Class::default() };
        self.note_test(attributes, class.span);
        class.annotations = self.annotations(attributes);
        match item {
            Item::Mod(item) => {
                class.name = Some(self.ident(&item.ident));
                for item in item.content.iter().flat_map(|(_, items)| items) {
                    self.item(item, &mut class.body);
                }
            }
            Item::Struct(item) => {
                class.name = Some(self.ident(&item.ident));
                self.fields(&item.fields, &mut class.body);
            }
            Item::Union(item) => {
                class.name = Some(self.ident(&item.ident));
                self.fields(&Fields::Named(item.fields.clone()), &mut class.body);
            }
            Item::Enum(item) => {
                class.name = Some(self.ident(&item.ident));
                for variant in &item.variants {
                    class.body.push(self.variant(variant));
                }
            }
            Item::Trait(item) => {
                class.name = Some(self.ident(&item.ident));
                class.bases = item.supertraits.iter().filter_map(|base| bound(std::iter::once(base))).collect();
                for item in &item.items {
                    self.trait_item(item, &mut class.body);
                }
            }
            Item::Impl(item) => {
                let span = self.of(&*item.self_ty);
                class.name = reduce(&item.self_ty).map(|text| Ident { text, span });
                class.bases = item.trait_.iter().map(|(_, path, _)| dotted(path)).collect();
                let own = class.name.as_ref().map(|name| name.text.clone()).filter(|name| !name.contains('.'));
                let outer = std::mem::replace(&mut self.own_type, own);
                for item in &item.items {
                    self.impl_item(item, &mut class.body);
                }
                self.own_type = outer;
            }
            _ => {}
        }
        let span = class.span;
        out.push(self.push(Kind::Class(Box::new(class)), span));
    }

    /// Where the fields end; where there are none, that is `name`.
    fn fields_end(&self, fields: &Fields, name: Span) -> Span {
        match fields {
            Fields::Named(fields) => self.at(fields.brace_token.span.close()),
            Fields::Unnamed(fields) => self.at(fields.paren_token.span.close()),
            Fields::Unit => name,
        }
    }

    fn fields(&mut self, fields: &Fields, out: &mut Vec<NodeId>) {
        for (index, field) in fields.iter().enumerate() {
            let ty = self.of(&field.ty);
            let name = field.ident.as_ref().map_or_else(
                || Ident { text: compact_str::format_compact!("{index}"), span: ty },
                |ident| self.ident(ident),
            );
            let span = name.span.cover(ty);
            let target = self.push(Kind::Name(name.text), name.span);
            let annotations = self.annotations(&field.attrs);
            let declared = reduce(&field.ty);
            out.push(self.push(Kind::Declare { target, declared, value: None, constant: false, annotations }, span));
        }
    }

    /// A variant without fields is a constant, one with fields a class.
    fn variant(&mut self, variant: &syn::Variant) -> NodeId {
        let annotations = self.annotations(&variant.attrs);
        let name = self.ident(&variant.ident);
        if matches!(variant.fields, Fields::Unit) {
            let span = name.span;
            let target = self.push(Kind::Name(name.text), span);
            let value = variant.discriminant.as_ref().map(|(_, value)| self.expr(value));
            return self.push(Kind::Declare { target, declared: None, value, constant: true, annotations }, span);
        }
        let span = name.span.cover(self.fields_end(&variant.fields, name.span));
        let mut body = Vec::new();
        self.fields(&variant.fields, &mut body);
        let class = Class { name: Some(name), annotations, body, span, ..Class::default() };
        self.push(Kind::Class(Box::new(class)), span)
    }

    fn impl_item(&mut self, item: &ImplItem, out: &mut Vec<NodeId>) {
        match item {
            ImplItem::Fn(function) => {
                out.push(self.function(&function.attrs, &function.sig, Some(&function.block)));
            }
            ImplItem::Const(item) => {
                let start = self.at(item.const_token.span);
                out.push(self.constant(&item.attrs, &item.ident, &item.ty, Some(&item.expr), start));
            }
            ImplItem::Macro(mac) => out.push(self.macro_call(&mac.mac)),
            ImplItem::Verbatim(tokens) => {
                let tokens: Vec<_> = tokens.clone().into_iter().collect();
                out.push(self.loose(&tokens));
            }
            _ => {}
        }
    }

    fn trait_item(&mut self, item: &TraitItem, out: &mut Vec<NodeId>) {
        match item {
            TraitItem::Fn(function) => {
                out.push(self.function(&function.attrs, &function.sig, function.default.as_ref()));
            }
            TraitItem::Const(item) => {
                let start = self.at(item.const_token.span);
                out.push(self.constant(
                    &item.attrs,
                    &item.ident,
                    &item.ty,
                    item.default.as_ref().map(|(_, value)| value),
                    start,
                ));
            }
            TraitItem::Macro(mac) => out.push(self.macro_call(&mac.mac)),
            TraitItem::Verbatim(tokens) => {
                let tokens: Vec<_> = tokens.clone().into_iter().collect();
                out.push(self.loose(&tokens));
            }
            _ => {}
        }
    }

    fn constant(
        &mut self,
        attributes: &[Attribute],
        ident: &proc_macro2::Ident,
        ty: &Type,
        value: Option<&Expr>,
        start: Span,
    ) -> NodeId {
        let annotations = self.annotations(attributes);
        let target = self.name(ident);
        let value = value.map(|value| self.expr(value));
        let end = value.map_or(self.tree.span(target), |value| self.tree.span(value));
        let span = start.cover(end);
        self.note_test(attributes, span);
        let declared = reduce(ty);
        self.push(Kind::Declare { target, declared, value, constant: true, annotations }, span)
    }

    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: Option<&Block>) -> NodeId {
        let start = self.at(signature.fn_token.span);
        let end = match block {
            Some(block) => self.at(block.brace_token.span.close()),
            None => self.at(signature.paren_token.span.close()),
        };
        let span = start.cover(end);
        self.note_test(attributes, span);
        let mut function = Function {
            name: Some(self.ident(&signature.ident)),
            annotations: self.annotations(attributes),
            has_body: block.is_some(),
            span,
            ..Function::default()
        };
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(_) => function.has_receiver = true,
                FnArg::Typed(typed) => {
                    let parameter = Parameter {
                        name: self.parameter_name(&typed.pat),
                        declared: generic(signature, reduce(&typed.ty)),
                        default: None,
                        variadic: false,
                        annotations: self.annotations(&typed.attrs),
                    };
                    function.parameters.push(parameter);
                }
            }
        }
        if let ReturnType::Type(_, ty) = &signature.output {
            function.returns = generic(signature, reduce(ty));
        }
        function.body = block.map(|block| self.body(block)).unwrap_or_default();
        self.push(Kind::Function(Box::new(function)), span)
    }
}

/// A type parameter stands for its first bound: `fn f<C: Connect>(c: C)` takes a `Connect`.
fn generic(signature: &Signature, name: Option<CompactString>) -> Option<CompactString> {
    let name = name?;
    let parameter = signature.generics.type_params().find(|parameter| parameter.ident == name.as_str());
    match parameter.and_then(|parameter| bound(parameter.bounds.iter())) {
        Some(bound) => Some(bound),
        None => Some(name),
    }
}
