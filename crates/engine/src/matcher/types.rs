//! Types: constructors from the name outwards, then specifiers.
//!
//! What the pattern does not say is free in the code: qualifiers, attributes, storage, `inline`. A type metavariable takes
//! all constructors that are left, and the specifiers.

use std::sync::Arc;

use csyntax::types::{self, Declared, Specifiers, TypeTerm};
use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use smallvec::smallvec;

use super::typed::type_value;
use super::{Matcher, Pattern};
use crate::record::{Entry, Matches, Partial};
use crate::value::{self, Value};

impl<'a> Matcher<'a> {
    /// Specifiers and one declarator on each side.
    pub(super) fn specified(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let found = self.specified_by(pattern, code, code, from);
        self.each(found, |state| self.attributes(pattern, code, state))
    }

    /// The same where the code's declarator is that of `declarator`, such as one of several in a declaration.
    pub(super) fn specified_by(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        declarator: NodeId,
        from: &Partial,
    ) -> Matches {
        let (Some(ours), Some(theirs)) = (
            types::declarator(pattern.tree, pattern.node),
            types::declarator(self.tree, declarator),
        ) else {
            return Matches::new();
        };
        let our_specifiers = types::specifiers(pattern.tree, pattern.node);
        let their_specifiers = types::specifiers(self.tree, code);
        let found = self.storage(pattern, our_specifiers, their_specifiers, from);
        self.each(found, |state| {
            self.declared(
                pattern,
                types::declared(pattern.tree, our_specifiers, ours),
                types::declared(self.tree, their_specifiers, theirs),
                state,
            )
        })
    }

    /// A declared name with its type.
    pub(super) fn declared(
        &self,
        pattern: Pattern<'a>,
        ours: Declared,
        theirs: Declared,
        from: &Partial,
    ) -> Matches {
        let free_name = |p| {
            self.in_prototype.get()
                && pattern.kind() == NodeKind::Parameter
                && pattern.tree.tokens().kind(p) == TokenKind::MetaIdentifier
        };
        let states = match (ours.name, theirs.name) {
            (None, Some(c)) if ours.choice.is_some() => {
                self.one_of_names(pattern, ours.choice, c, from)
            }
            (Some(p), Some(c)) if free_name(p) => smallvec![from.record(Entry::token(p, c))],
            (Some(p), None) if free_name(p) => {
                // Code that hangs on the name hangs behind the type.
                let end = value::type_tokens(self.tree, &theirs.term).last().map_or(0, |t| t.0 + 1);
                smallvec![from.record(Entry::new(p.0..p.0 + 1, end..end))]
            }
            (Some(p), Some(c)) if pattern.tree.tokens().kind(p) == TokenKind::MetaType => {
                self.declared_type(p, c, from)
            }
            (Some(p), Some(c)) => self.token(pattern, p, c, from),
            (None, None) => smallvec![from.clone()],
            _ => return Matches::new(),
        };
        self.each(states, |state| self.types(pattern, &ours.term, &theirs.term, state))
    }

    /// One type against another.
    pub(crate) fn types(
        &self,
        pattern: Pattern<'a>,
        ours: &TypeTerm,
        theirs: &TypeTerm,
        from: &Partial,
    ) -> Matches {
        let mut states: Matches = smallvec![from.clone()];
        let shared = ours.constructors.len().min(theirs.constructors.len());
        if ours.constructors.len() > theirs.constructors.len() {
            return Matches::new();
        }
        for (&p, &c) in ours.constructors.iter().zip(&theirs.constructors) {
            states = self.each(states, |state| self.constructor(pattern.at(p), c, state));
            states = self.each(states, |state| self.attributes(pattern.at(p), c, state));
            states = self.each(states, |state| self.parentheses(pattern.at(p), c, state));
        }
        let left = TypeTerm {
            constructors: theirs.constructors[shared..].to_vec(),
            specifiers: theirs.specifiers,
            without: Vec::new(),
        };
        self.each(states, |state| self.base(pattern, ours.specifiers, &left, state))
    }

    /// `(*f)(int)`: the parentheses around what a constructor is applied to; they say nothing of their own.
    fn parentheses(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let parentheses = |tree: &csyntax::Tree, node| -> Vec<TokenId> {
            let inner = types::inner_declarator(tree, node);
            let inner = inner.filter(|&node| tree.kind(node) == NodeKind::ParenDeclarator);
            inner.map_or(Vec::new(), |node| tree.own_tokens(node).collect())
        };
        let ours = parentheses(pattern.tree, pattern.node);
        let theirs = parentheses(self.tree, code);
        self.pairwise(&ours, &theirs, smallvec![from.clone()], |p, c, state| {
            self.took_token(pattern, p, c, state)
        })
    }

    /// One constructor: `*`, `[size]`, `(parameters)`.
    fn constructor(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        if pattern.kind() != self.tree.kind(code) {
            return Matches::new();
        }
        match pattern.kind() {
            NodeKind::PointerDeclarator => {
                let ours: Vec<TokenId> = pattern.tree.own_tokens(pattern.node).collect();
                let theirs: Vec<TokenId> = self.tree.own_tokens(code).collect();
                let states = self.token(pattern, ours[0], theirs[0], from);
                self.each(states, |state| self.qualifiers(pattern, &ours[1..], &theirs[1..], state))
            }
            NodeKind::FunctionDeclarator => {
                let (Some(ours), Some(theirs)) = (
                    pattern.child(NodeKind::ParameterList),
                    self.tree.child(code, NodeKind::ParameterList),
                ) else {
                    return Matches::new();
                };
                self.term(ours, theirs, from)
            }
            _ => self.array(pattern, code, from),
        }
    }

    fn array(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let size = |tree: &csyntax::Tree, node| {
            tree.children(node).find(|&child| !tree.kind(child).is_declarator())
        };
        let ours: Vec<TokenId> = pattern.tree.own_tokens(pattern.node).collect();
        let theirs: Vec<TokenId> = self.tree.own_tokens(code).collect();
        let (Some((&open, _)), Some((&code_open, _))) = (ours.split_first(), theirs.split_first())
        else {
            return Matches::new();
        };
        let states = self.token(pattern, open, code_open, from);
        let states = match (size(pattern.tree, pattern.node), size(self.tree, code)) {
            (Some(p), Some(c)) => self.each(states, |state| self.term(pattern.at(p), c, state)),
            (None, None) => states,
            (Some(p), None) if pattern.tree.kind(p) == NodeKind::Dots => states,
            _ => return Matches::new(),
        };
        let (Some(&close), Some(&code_close)) = (ours.last(), theirs.last()) else {
            return Matches::new();
        };
        self.each(states, |state| self.token(pattern, close, code_close, state))
    }

    /// Each qualifier of the pattern occurs in the code.
    fn qualifiers(
        &self,
        pattern: Pattern<'a>,
        ours: &[TokenId],
        theirs: &[TokenId],
        from: &Partial,
    ) -> Matches {
        if !self.isomorphisms.has("optional_qualifier") && ours.len() != theirs.len() {
            return Matches::new();
        }
        let mut state = from.clone();
        for &p in ours {
            let kind = pattern.tree.tokens().kind(p);
            let Some(&c) = theirs.iter().find(|&&c| self.tree.tokens().kind(c) == kind) else {
                return Matches::new();
            };
            match self.took_token(pattern, p, c, &state).into_iter().next() {
                Some(next) => state = next,
                None => return Matches::new(),
            }
        }
        smallvec![state]
    }

    /// The specifiers of the pattern against what is left of the code's type.
    fn base(
        &self,
        pattern: Pattern<'a>,
        ours: Option<NodeId>,
        theirs: &TypeTerm,
        from: &Partial,
    ) -> Matches {
        let Some(ours) = ours else {
            // An implicit int in the pattern leaves the type open.
            return smallvec![from.clone()];
        };
        let sorted = types::sort_specifiers(pattern.tree, ours);
        if sorted.node.is_none() && sorted.words.is_empty() {
            return smallvec![from.clone()];
        }
        let code = theirs
            .specifiers
            .map(|node| types::sort_specifiers(self.tree, node))
            .unwrap_or_default();
        if is_type_metavariable(pattern, &sorted)
            && let [word] = sorted.words[..]
        {
            // Qualifiers belong to one level: `const T` takes `int *const` and no `const int *`.
            // An array or function has those of its element or result.
            let mut pointers = theirs.constructors.iter().copied();
            let outer = pointers.find(|&node| self.tree.kind(node) == NodeKind::PointerDeclarator);
            let own = match outer {
                Some(pointer) => self.tree.own_tokens(pointer).skip(1).collect(),
                None => code.qualifiers,
            };
            let attributes = match outer {
                Some(pointer) => self.attributes_of(pointer),
                None => code.attributes,
            };
            let states = self.attribute_list(pattern, &sorted.attributes, &attributes, from);
            let states = self
                .each(states, |state| self.qualifiers(pattern, &sorted.qualifiers, &own, state));
            let kind = |token: &TokenId| pattern.tree.tokens().kind(*token);
            let taken = |code: &TokenId| {
                let theirs = self.tree.tokens().kind(*code);
                sorted.qualifiers.iter().any(|ours| kind(ours) == theirs)
            };
            let without = own.iter().copied().filter(taken).collect();
            let rest = TypeTerm { without, ..theirs.clone() };
            return self.each(states, |state| self.type_metavariable(pattern, word, &rest, state));
        }
        if !theirs.constructors.is_empty() {
            return Matches::new();
        }
        let states = self.qualifiers(pattern, &sorted.qualifiers, &code.qualifiers, from);
        self.each(states, |state| self.words(pattern, &sorted, &code, state))
    }

    /// Type words, or a struct, union, enum, typeof.
    fn words(
        &self,
        pattern: Pattern<'a>,
        ours: &Specifiers,
        theirs: &Specifiers,
        from: &Partial,
    ) -> Matches {
        match (ours.node, theirs.node) {
            (Some(p), _) if pattern.tree.kind(p) == NodeKind::Disjunction => {
                self.type_disjunction(pattern.at(p), theirs, from)
            }
            (Some(p), Some(c)) => self.tagged(pattern.at(p), c, from),
            (None, None) => {
                if let [sign, word] = ours.words[..]
                    && pattern.tree.tokens().kind(word) == TokenKind::MetaType
                {
                    return self.signed_metavariable(pattern, sign, word, theirs, from);
                }
                let spell = |tree: &csyntax::Tree, words: &[TokenId]| -> Vec<Vec<u8>> {
                    canonical(words.iter().map(|&word| tree.token_text(word).to_vec()).collect())
                };
                if spell(pattern.tree, &ours.words) != spell(self.tree, &theirs.words) {
                    return Matches::new();
                }
                let Some((&first, rest)) = ours.words.split_first() else {
                    return smallvec![from.clone()];
                };
                if pattern.isomorphism.is_some() {
                    return smallvec![from.clone()];
                }
                let (Some(start), Some(end)) = (theirs.words.first(), theirs.words.last()) else {
                    // An implicit int.
                    return smallvec![from.clone()];
                };
                if ours.words.len() == theirs.words.len() {
                    let from = smallvec![from.clone()];
                    return self.pairwise(&ours.words, &theirs.words, from, |p, c, state| {
                        self.took_token(pattern, p, c, state)
                    });
                }
                let last = rest.last().unwrap_or(&first);
                let code = start.0..end.0 + 1;
                let mut state = from.record(Entry::new(first.0..last.0 + 1, code.clone()));
                for &word in &ours.words {
                    match self.bind_positions(word, code.clone(), state) {
                        Some(next) => state = next,
                        None => return Matches::new(),
                    }
                }
                smallvec![state]
            }
            _ => Matches::new(),
        }
    }

    /// `unsigned T`: T takes the words besides the sign, of which there is one at least.
    fn signed_metavariable(
        &self,
        pattern: Pattern<'a>,
        sign: TokenId,
        token: TokenId,
        theirs: &Specifiers,
        from: &Partial,
    ) -> Matches {
        let text = |word: &TokenId| self.tree.token_text(*word);
        let sign_text = pattern.tree.token_text(sign);
        let (signs, rest): (Vec<TokenId>, Vec<TokenId>) =
            theirs.words.iter().partition(|word| text(word) == sign_text);
        let metavariable = self.body.metavariable_of(token);
        let (&[their_sign], Some(&first), Some(metavariable)) =
            (&signs[..], rest.first(), metavariable)
        else {
            return Matches::new();
        };
        let words: Vec<&[u8]> = rest.iter().map(text).collect();
        let words = String::from_utf8_lossy(&words.join(&b' ')).into_owned();
        let Some(state) = self.bind(metavariable, type_value(&csema::Type::word(&words)), from)
        else {
            return Matches::new();
        };
        let state = rest.iter().fold(state, |state, &word| state.record(Entry::token(token, word)));
        let state = self.bind_positions(token, first.0..first.0 + 1, state);
        self.each(state.into_iter().collect(), |state| {
            self.took_token(pattern, sign, their_sign, state)
        })
    }

    fn type_disjunction(
        &self,
        pattern: Pattern<'a>,
        theirs: &Specifiers,
        from: &Partial,
    ) -> Matches {
        for branch in pattern.children() {
            let Some(name) = branch.children().next() else { continue };
            let Some(ours) = types::specifiers(pattern.tree, name.node) else { continue };
            let sorted = types::sort_specifiers(pattern.tree, ours);
            let found = self.words(name, &sorted, theirs, from);
            if !found.is_empty() {
                return found;
            }
        }
        Matches::new()
    }

    /// `struct s`, with its fields if the pattern has some.
    fn tagged(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        if pattern.kind() != self.tree.kind(code) {
            return Matches::new();
        }
        if pattern.kind() == NodeKind::TypeofSpecifier {
            return self.elements(pattern, code, from);
        }
        let fields = |tree: &csyntax::Tree, node| {
            tree.children(node).find(|&child| {
                matches!(tree.kind(child), NodeKind::FieldList | NodeKind::EnumeratorList)
            })
        };
        let ours: Vec<TokenId> = pattern.tree.own_tokens(pattern.node).collect();
        let theirs: Vec<TokenId> = self.tree.own_tokens(code).collect();
        if let [word] = ours[..]
            && pattern.tree.tokens().kind(word) == TokenKind::MetaType
        {
            let states = self.struct_metavariable(word, code, from);
            return match (fields(pattern.tree, pattern.node), fields(self.tree, code)) {
                (Some(p), Some(c)) => self.each(states, |state| self.term(pattern.at(p), c, state)),
                _ => Matches::new(),
            };
        }
        let choice = pattern
            .tree
            .children(pattern.node)
            .find(|&child| pattern.tree.kind(child) == NodeKind::Disjunction);
        if ours.len() + usize::from(choice.is_some()) != theirs.len() {
            return Matches::new();
        }
        let states = self.attributes(pattern, code, from);
        let mut states =
            self.pairwise(&ours, &theirs, states, |p, c, state| self.token(pattern, p, c, state));
        if let (Some(_), Some(&tag)) = (choice, theirs.last()) {
            states = self.each(states, |state| self.one_of_names(pattern, choice, tag, state));
        }
        match (fields(pattern.tree, pattern.node), fields(self.tree, code)) {
            (None, None) => states,
            (Some(p), Some(c)) => self.each(states, |state| self.term(pattern.at(p), c, state)),
            (None, Some(_))
                if pattern.tree.parent(pattern.node).is_some_and(|specifiers| {
                    pattern
                        .tree
                        .parent(specifiers)
                        .is_some_and(|n| pattern.tree.kind(n) == NodeKind::TypeName)
                }) =>
            {
                states
            }
            _ => Matches::new(),
        }
    }

    /// `int \(a \| b\);`, `struct \(a \| b\)`: the first of the names that takes the code's.
    fn one_of_names(
        &self,
        pattern: Pattern<'a>,
        choice: Option<NodeId>,
        name: TokenId,
        from: &Partial,
    ) -> Matches {
        let names = choice
            .into_iter()
            .flat_map(|choice| pattern.tree.descendants(choice))
            .filter(|&node| {
                matches!(pattern.tree.kind(node), NodeKind::NameDeclarator | NodeKind::Name)
            })
            .filter_map(|node| pattern.tree.first_token(node));
        let found = names
            .map(|token| self.token(pattern, token, name, from))
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        // What is added in place of the choice hangs on its bracket.
        let bracket = choice.and_then(|choice| pattern.tree.first_token(choice));
        match bracket {
            Some(bracket) => {
                self.each(found, |state| smallvec![state.record(Entry::token(bracket, name))])
            }
            None => found,
        }
    }

    /// `#define X T`: a type metavariable takes the name that is the body of a macro, if the file uses it as a type.
    pub(super) fn type_name_as_body(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let mut words = pattern.tree.visible_tokens(pattern.node);
        let (Some(token), None) = (words.next(), words.next()) else { return Matches::new() };
        let (Some(name), TokenKind::MetaType) =
            (self.tree.first_token(code), pattern.tree.tokens().kind(token))
        else {
            return Matches::new();
        };
        let text = self.tree.token_text(name);
        let is_body =
            self.tree.parent(code).map(|outer| self.tree.kind(outer)) == Some(NodeKind::MacroBody);
        let mut specifiers =
            self.tree.ids().filter(|&node| self.tree.kind(node) == NodeKind::DeclSpecifiers);
        let is_type = specifiers
            .any(|node| self.tree.own_tokens(node).any(|word| self.tree.token_text(word) == text));
        if is_body && is_type { self.declared_type(token, name, from) } else { Matches::new() }
    }

    /// `typedef ... T;`: a type metavariable takes the name that becomes a type.
    fn declared_type(&self, token: TokenId, name: TokenId, from: &Partial) -> Matches {
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        let ty = csema::Type::Base(csema::Base::Typedef(self.tree.token_text(name).into()));
        let Some(state) = self.bind(metavariable, type_value(&ty), from) else {
            return Matches::new();
        };
        let state = state.record(Entry::token(token, name));
        self.bind_positions(token, name.0..name.0 + 1, state).into_iter().collect()
    }

    /// `T { ... }`: a type metavariable takes the tag of a structure whose fields are matched by themselves.
    fn struct_metavariable(&self, token: TokenId, code: NodeId, from: &Partial) -> Matches {
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        let term = TypeTerm { specifiers: self.tree.parent(code), ..TypeTerm::default() };
        // The type without the fields: that of `struct tag x;` is the same.
        let ty = match self.typedef_of_anonymous(code) {
            Some(name) => csema::Type::Base(csema::Base::Typedef(name.into())),
            None => csema::Type::of_term(self.tree, &term),
        };
        let Some(state) = self.bind(metavariable, type_value(&ty), from) else {
            return Matches::new();
        };
        let words: Vec<TokenId> = self.tree.own_tokens(code).collect();
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return Matches::new();
        };
        let range = first.0..last.0 + 1;
        let state = state.record(Entry::new(token.0..token.0 + 1, range.clone()));
        self.bind_positions(token, range, state).into_iter().collect()
    }

    /// `typedef struct { ... } name;`: the only name that the structure has.
    fn typedef_of_anonymous(&self, structure: NodeId) -> Option<&[u8]> {
        if self.tree.own_tokens(structure).nth(1).is_some() {
            return None;
        }
        let specifiers = self.tree.parent(structure)?;
        let mut words = self.tree.own_tokens(specifiers);
        words.find(|&token| self.tree.tokens().kind(token) == TokenKind::Typedef)?;
        let declaration = self.tree.parent(specifiers)?;
        let mut declarators = self.tree.children(declaration);
        let init = declarators.find(|&node| self.tree.kind(node) == NodeKind::InitDeclarator)?;
        let declarator = types::declarator(self.tree, init)?;
        let declared = types::declared(self.tree, None, declarator);
        let name = declared.name.filter(|_| declared.term.constructors.is_empty())?;
        Some(self.tree.token_text(name))
    }

    /// A type metavariable takes the constructors that are left, and the specifiers.
    fn type_metavariable(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        theirs: &TypeTerm,
        from: &Partial,
    ) -> Matches {
        if pattern.isomorphism.is_some() {
            return smallvec![from.clone()];
        }
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        let value = Value::Type(Arc::clone(self.tree), theirs.clone(), None);
        let Some(mut state) = self.bind(metavariable, value, from) else { return Matches::new() };
        let tokens = value::type_tokens(self.tree, theirs);
        let mut runs: Vec<std::ops::Range<u32>> = Vec::new();
        for code in tokens {
            match runs.last_mut() {
                Some(run) if run.end == code.0 => run.end += 1,
                _ => runs.push(code.0..code.0 + 1),
            }
        }
        let whole = runs.first().cloned();
        for code in runs {
            state = state.record(Entry::new(token.0..token.0 + 1, code));
        }
        match whole {
            Some(code) => self.bind_positions(token, code, state).into_iter().collect(),
            None => smallvec![state],
        }
    }

    /// Storage words of the pattern must be there; those that it lacks are free.
    pub(super) fn storage(
        &self,
        pattern: Pattern<'a>,
        ours: Option<NodeId>,
        theirs: Option<NodeId>,
        from: &Partial,
    ) -> Matches {
        let sorted = |tree, node: Option<NodeId>| {
            node.map(|node| types::sort_specifiers(tree, node)).unwrap_or_default()
        };
        let ours = sorted(pattern.tree, ours);
        let theirs = sorted(self.tree, theirs);
        if !self.isomorphisms.has("optional_storage")
            && (ours.storage.len() != theirs.storage.len()
                || ours.function_words.len() != theirs.function_words.len())
        {
            return Matches::new();
        }
        let mut states: Matches = smallvec![from.clone()];
        let words = |s: &Specifiers| [&s.storage[..], &s.function_words[..]].concat();
        for p in words(&ours) {
            let kind = pattern.tree.tokens().kind(p);
            let Some(&c) = words(&theirs).iter().find(|&&c| self.tree.tokens().kind(c) == kind)
            else {
                return Matches::new();
            };
            states = self.each(states, |state| self.took_token(pattern, p, c, state));
        }
        // Those beside a type metavariable belong to the level that it takes.
        if is_type_metavariable(pattern, &ours) {
            return states;
        }
        self.each(states, |state| {
            self.attribute_list(pattern, &ours.attributes, &theirs.attributes, state)
        })
    }
}

/// Whether a type metavariable stands among qualifiers and attributes.
fn is_type_metavariable(pattern: Pattern<'_>, specifiers: &Specifiers) -> bool {
    matches!(specifiers.words[..], [word]
        if pattern.tree.tokens().kind(word) == TokenKind::MetaType)
}

/// Type words without what may be left out: `signed`, and `int` behind another word.
fn canonical(mut words: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let has = |words: &[Vec<u8>], word: &[u8]| words.iter().any(|w| w == word);
    if words.len() > 1 && !has(&words, b"char") {
        words.retain(|word| word != b"signed");
    }
    if words == [b"signed".to_vec()] || words.is_empty() {
        return vec![b"int".to_vec()];
    }
    if words == [b"unsigned".to_vec(), b"int".to_vec()] {
        words.pop();
    }
    words
}
