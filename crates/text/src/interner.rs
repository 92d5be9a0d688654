//! Words as small numbers.

use rustc_hash::FxHashMap;

/// An interned string of bytes; comparable and hashable as a number within one [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// Gives each distinct string of bytes one [`Symbol`], in order of first use.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    symbols: FxHashMap<Box<[u8]>, Symbol>,
    texts: Vec<Box<[u8]>>,
}

impl Interner {
    /// An interner that knows no string yet.
    pub fn new() -> Interner {
        Interner::default()
    }

    /// The symbol of `text`, made on first sight.
    pub fn intern(&mut self, text: &[u8]) -> Symbol {
        if let Some(&symbol) = self.symbols.get(text) {
            return symbol;
        }
        let symbol = Symbol(self.texts.len() as u32);
        self.texts.push(text.into());
        self.symbols.insert(text.into(), symbol);
        symbol
    }

    /// The symbol of `text` if it has one.
    pub fn get(&self, text: &[u8]) -> Option<Symbol> {
        self.symbols.get(text).copied()
    }

    /// The string of `symbol`, which must come from this interner.
    pub fn text(&self, symbol: Symbol) -> &[u8] {
        &self.texts[symbol.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_a_symbol() {
        let mut interner = Interner::new();
        let a = interner.intern(b"a");
        assert_eq!(a, interner.intern(b"a"));
        assert_ne!(a, interner.intern(b"b"));
        assert_eq!(interner.text(a), b"a");
        assert_eq!(interner.get(b"c"), None);
    }
}
