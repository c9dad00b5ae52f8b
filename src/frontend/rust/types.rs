//! Types and paths, reduced to dotted names.

use super::lower::{Lowerer, plain};
use crate::source::Span;
use crate::tree::{Ident, Kind, NodeId, TypeName};
use syn::{GenericArgument, Path, PathArguments, PathSegment, QSelf, Type, TypeParamBound};

/// Types that stand for the value they hold: the standard library's pointers, cells of one value and collections.
const TRANSPARENT: &[&str] = &[
    "Arc", "Box", "Cow", "HashSet", "Lazy", "LazyCell", "LazyLock", "OnceCell", "OnceLock", "Option", "Pin", "Rc",
    "Result", "Vec", "VecDeque",
];

/// The dotted name of a type; `None` for `()`, tuples, functions and the like.
pub(super) fn reduce(ty: &Type) -> Option<TypeName> {
    match ty {
        Type::Reference(reference) => reduce(&reference.elem),
        Type::Ptr(pointer) => reduce(&pointer.elem),
        Type::Paren(inner) => reduce(&inner.elem),
        Type::Group(inner) => reduce(&inner.elem),
        Type::Array(array) => reduce(&array.elem),
        Type::Slice(slice) => reduce(&slice.elem),
        Type::ImplTrait(bounds) => bound(bounds.bounds.iter()),
        Type::TraitObject(bounds) => bound(bounds.bounds.iter()),
        Type::Path(path) => reduce_path(path.qself.as_ref(), &path.path),
        _ => None,
    }
}

pub(super) fn bound<'b>(bounds: impl Iterator<Item = &'b TypeParamBound>) -> Option<TypeName> {
    bounds.into_iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => Some(dotted(&bound.path)),
        _ => None,
    })
}

fn reduce_path(qself: Option<&QSelf>, path: &Path) -> Option<TypeName> {
    if let Some(qself) = qself {
        let mut name = reduce(&qself.ty)?;
        for segment in path.segments.iter().skip(qself.position) {
            name.push('.');
            name.push_str(&plain(&segment.ident));
        }
        return Some(name);
    }
    let last = path.segments.last()?;
    if TRANSPARENT.contains(&plain(&last.ident).as_str())
        && let Some(inner) = first_type(last)
    {
        return reduce(inner);
    }
    Some(dotted(path))
}

fn first_type(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `a::b::<T>::c` as `a.b.c`.
pub(super) fn dotted(path: &Path) -> TypeName {
    let mut name = TypeName::default();
    for segment in &path.segments {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&plain(&segment.ident));
    }
    name
}

/// Whether the type's reduced name says all: a plain path that is no wrapper.
pub(super) fn is_plain(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && reduce(ty).as_ref() == Some(&dotted(&path.path)))
}

impl Lowerer<'_> {
    /// A path as `Name` and `Member`s. `self` alone is the receiver.
    pub(super) fn path(&mut self, qself: Option<&QSelf>, path: &Path) -> NodeId {
        let Some(qself) = qself else {
            let alone = path.segments.len() == 1;
            return self.segments(None, path.segments.iter(), alone);
        };
        let span = self.of(&*qself.ty);
        let name = reduce(&qself.ty).unwrap_or_else(|| "_".into());
        let mut names = name.split('.');
        let first = names.next().unwrap_or_default();
        let mut object = self.push(Kind::Name(first.into()), span);
        for name in names.take(20) {
            object = self.member(object, Ident { text: name.into(), span });
        }
        self.segments(Some(object), path.segments.iter().skip(qself.position), false)
    }

    /// A macro's path; its last name ends in `!`.
    pub(super) fn macro_path(&mut self, path: &Path) -> NodeId {
        let id = self.path(None, path);
        let span = self.tree.span(id);
        let kind = match self.tree.kind(id) {
            Kind::Name(name) => Kind::Name(with_bang(name)),
            Kind::Member { object, name } => {
                Kind::Member { object: *object, name: Ident { text: with_bang(&name.text), span: name.span } }
            }
            _ => return id,
        };
        self.push(kind, span)
    }

    fn segments<'p>(
        &mut self,
        start: Option<NodeId>,
        segments: impl Iterator<Item = &'p PathSegment>,
        alone: bool,
    ) -> NodeId {
        let mut object = start;
        // A path of more names than this is no one's.
        for segment in segments.take(8) {
            let ident = self.ident(&segment.ident);
            object = Some(match object {
                None if alone && ident.text == "self" => self.push(Kind::Receiver, ident.span),
                None => {
                    let own = self.own_type.clone().filter(|_| ident.text == "Self");
                    self.push(Kind::Name(own.unwrap_or(ident.text)), ident.span)
                }
                Some(object) => self.member(object, ident),
            });
        }
        object.unwrap_or_else(|| self.opaque(Vec::new(), Span::default()))
    }

    pub(super) fn member(&mut self, object: NodeId, name: Ident) -> NodeId {
        let span = self.tree.span(object).cover(name.span);
        self.push(Kind::Member { object, name }, span)
    }
}

fn with_bang(name: &str) -> TypeName {
    compact_str::format_compact!("{name}!")
}
