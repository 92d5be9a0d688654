//! Small objects and sources for tests.

use std::ops::Range;

use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

/// An object file in the making.
pub(crate) struct Sample {
    object: Object<'static>,
}

impl Sample {
    pub(crate) fn new() -> Sample {
        Sample { object: Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little) }
    }

    /// A section with `bytes`.
    pub(crate) fn section(&mut self, name: &str, kind: SectionKind, bytes: &[u8]) -> SectionId {
        let section = self.object.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        match kind {
            SectionKind::UninitializedData => self.object.append_section_bss(section, 16, 8),
            _ => self.object.append_section_data(section, bytes, 8),
        };
        section
    }

    /// A function at `offset` of `section`.
    pub(crate) fn function(
        &mut self,
        section: SectionId,
        name: &str,
        offset: u64,
        is_global: bool,
    ) -> SymbolId {
        let scope = if is_global { SymbolScope::Linkage } else { SymbolScope::Compilation };
        self.symbol(
            name,
            SymbolKind::Text,
            scope,
            SymbolSection::Section(section),
            offset..offset + 8,
        )
    }

    /// A global function from the start of `section` on that has `size` bytes.
    pub(crate) fn whole_function(&mut self, section: SectionId, name: &str, size: u64) -> SymbolId {
        let at = SymbolSection::Section(section);
        self.symbol(name, SymbolKind::Text, SymbolScope::Linkage, at, 0..size)
    }

    /// A symbol that is defined elsewhere.
    pub(crate) fn undefined(&mut self, name: &str) -> SymbolId {
        let scope = SymbolScope::Unknown;
        self.symbol(name, SymbolKind::Unknown, scope, SymbolSection::Undefined, 0..8)
    }

    fn symbol(
        &mut self,
        name: &str,
        kind: SymbolKind,
        scope: SymbolScope,
        section: SymbolSection,
        place: Range<u64>,
    ) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: place.start,
            size: place.end - place.start,
            kind,
            scope,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    }

    /// `section` as a symbol.
    pub(crate) fn start(&mut self, section: SectionId) -> SymbolId {
        self.object.section_symbol(section)
    }

    pub(crate) fn relocation(
        &mut self,
        section: SectionId,
        offset: u64,
        r_type: elf::RelocationType,
        symbol: SymbolId,
        addend: i64,
    ) {
        let flags = RelocationFlags::Elf { r_type };
        let relocation = Relocation { offset, symbol, addend, flags };
        self.object.add_relocation(section, relocation).unwrap();
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.object.write().unwrap()
    }
}

/// A driver of one object:
///
/// ```c
/// static int opened(void) { helper(); *p = 0; kmalloc(); printk(); kfree(); return 0; }
/// static void helper(void) { take(opened); }
/// static int started(void) { return 0; }
/// module_init(started);
/// struct table table = { opened };
/// ```
///
/// with a table of places in `.rodata` that has one in the middle of a function.
pub(crate) fn driver() -> Vec<u8> {
    let mut sample = Sample::new();
    let mut code = vec![0x90; 64];
    for call in [0, 5, 10, 15, 20] {
        code[call] = 0xe8;
    }
    let text = sample.section(".text", SectionKind::Text, &code);
    let init = sample.section(".init.text", SectionKind::Text, &[0x90; 8]);
    let data = sample.section(".data..read_mostly", SectionKind::Data, &[0; 8]);
    let rodata = sample.section(".rodata", SectionKind::ReadOnlyData, &[0; 16]);
    let mcount = sample.section("__mcount_loc", SectionKind::ReadOnlyData, &[0; 8]);
    sample.function(text, "opened", 0, false);
    let helper = sample.function(text, "helper", 32, false);
    sample.function(init, "started", 0, false);
    sample.function(init, "init_module", 0, true);
    let calls = ["__asan_store4_noabort", "kmalloc", "printk", "kfree"];
    let calls = calls.map(|name| sample.undefined(name));
    let start = sample.start(text);
    sample.relocation(text, 1, elf::R_X86_64_PC32, helper, -4);
    for (offset, call) in [6, 11, 16, 21].into_iter().zip(calls) {
        sample.relocation(text, offset, elf::R_X86_64_PLT32, call, -4);
    }
    sample.relocation(text, 40, elf::R_X86_64_32S, start, 0);
    sample.relocation(data, 0, elf::R_X86_64_64, start, 0);
    sample.relocation(rodata, 0, elf::R_X86_64_64, start, 8);
    sample.relocation(rodata, 8, elf::R_X86_64_PC32, start, 32);
    sample.relocation(mcount, 0, elf::R_X86_64_64, start, 32);
    sample.bytes()
}

/// The source of [`driver`], preprocessed.
pub(crate) const SOURCE: &str = "# 1 \"/own/a.c\"\n# 1 \"/k/include/linux/slab.h\" 1\n\
    typedef unsigned int gfp_t; struct kept { int a; }; struct lent { int a; };\n\
    void *kmalloc(unsigned long size, gfp_t flags);\n\
    int printk(const char *format, ...);\n\
    void kfree(const void *memory);\n\
    struct table { int (*open)(struct kept *, struct lent *); };\n\
    # 2 \"/own/a.c\" 2\n\
    static int opened(struct kept *kept, struct lent *lent) { return 0; }\n\
    static int started(void) { return 0; }\n\
    struct table table = { opened };\n";
