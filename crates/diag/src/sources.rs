//! The texts that diagnostics quote, by name.

use std::sync::Arc;

/// A text and what it is called in messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name, mostly a path.
    pub name: Arc<str>,
    /// Its bytes, UTF-8 or not.
    pub text: Arc<[u8]>,
}

impl Source {
    /// A text called `name`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) -> Source {
        Source { name: name.into(), text: text.into() }
    }
}

/// All texts that the diagnostics of one input may point into.
#[derive(Clone, Debug, Default)]
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// The text called `name`; empty when there is none.
    pub fn text(&self, name: &str) -> &[u8] {
        self.0.iter().find(|source| *source.name == *name).map_or(b"", |source| &source.text)
    }
}

impl From<Source> for Sources {
    fn from(source: Source) -> Sources {
        Sources(vec![source])
    }
}
