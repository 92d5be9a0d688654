//! Where the parts of a preprocessed text come from, by its line markers: `# 12 "include/linux/slab.h" 1`.
//!
//! A file is the driver's own or the kernel's. A kernel's file lies below a folder `include`; its name is what stands behind
//! that, as a source would spell it in `#include <...>`.

use rustc_hash::FxHashMap;

/// The files of a preprocessed text.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Where a part begins, and whose it is; in order.
    parts: Vec<(u32, Owner)>,
    /// Headers that the driver includes itself.
    headers: Vec<String>,
    /// All headers.
    names: Vec<String>,
}

/// Whose a part of a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    /// The driver's.
    Driver,
    /// That of the header of this number.
    Header(usize),
    /// The compiler's.
    Nobody,
}

/// `# LINE "FILE" FLAGS`
struct Marker<'a> {
    file: &'a str,
    enters: bool,
}

impl Origins {
    /// Reads the line markers of `text`. Files below the folder `own` are the driver's.
    pub fn new(text: &[u8], own: &str) -> Origins {
        let mut origins = Origins::default();
        let mut numbers = FxHashMap::default();
        let mut before = Owner::Nobody;
        let mut start = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            if let Some(marker) = marker(line) {
                let owner = origins.owner(marker.file, own, &mut numbers);
                if let (Owner::Driver, Owner::Header(number), true) = (before, owner, marker.enters)
                {
                    origins.include(number);
                }
                origins.parts.push((start, owner));
                before = owner;
            }
            start += line.len() as u32;
        }
        origins
    }

    fn owner<'t>(
        &mut self,
        file: &'t str,
        own: &str,
        numbers: &mut FxHashMap<&'t str, usize>,
    ) -> Owner {
        if file.starts_with('<') {
            return Owner::Nobody;
        }
        match header_name(file).filter(|_| !file.starts_with(own)) {
            None => Owner::Driver,
            Some(name) => Owner::Header(*numbers.entry(name).or_insert_with(|| {
                self.names.push(name.to_owned());
                self.names.len() - 1
            })),
        }
    }

    fn include(&mut self, number: usize) {
        let name = &self.names[number];
        if !self.headers.contains(name) {
            self.headers.push(name.clone());
        }
    }

    fn at(&self, offset: u32) -> Owner {
        let behind = self.parts.partition_point(|&(start, _)| start <= offset);
        behind.checked_sub(1).map_or(Owner::Nobody, |index| self.parts[index].1)
    }

    /// Whether the text at `offset` is from a file of the driver.
    pub fn is_own(&self, offset: u32) -> bool {
        self.at(offset) == Owner::Driver
    }

    /// The kernel's header that the text at `offset` is from, as behind `#include`.
    pub fn header_at(&self, offset: u32) -> Option<&str> {
        match self.at(offset) {
            Owner::Header(number) => Some(&self.names[number]),
            Owner::Driver | Owner::Nobody => None,
        }
    }

    /// The kernel's headers that the driver's files include, in order, as behind `#include`: `linux/slab.h`.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }
}

fn marker(line: &[u8]) -> Option<Marker<'_>> {
    let rest = line.strip_prefix(b"# ").filter(|rest| rest[0].is_ascii_digit())?;
    let mut pieces = rest.split(|&byte| byte == b'"');
    let file = std::str::from_utf8(pieces.nth(1)?).ok()?;
    let enters = pieces.next()?.split(|&byte| byte == b' ').any(|flag| flag.trim_ascii() == b"1");
    Some(Marker { file, enters })
}

/// `.../arch/x86/include/generated/uapi/asm/types.h` is `asm/types.h`.
fn header_name(file: &str) -> Option<&str> {
    let behind = match file.rfind("/include/") {
        Some(at) => &file[at + "/include/".len()..],
        None => file.strip_prefix("include/")?,
    };
    let folders = ["generated/uapi/", "uapi/"];
    Some(folders.iter().find_map(|folder| behind.strip_prefix(folder)).unwrap_or_else(|| {
        match behind.strip_prefix("generated/") {
            // These are spelt with their folder, except the architecture's.
            Some(rest) if rest.starts_with("asm/") => rest,
            _ => behind,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_named_as_a_source_includes_them() {
        let check = |file, name| assert_eq!(header_name(file), name);
        check("./include/linux/slab.h", Some("linux/slab.h"));
        check("include/linux/slab.h", Some("linux/slab.h"));
        check("/usr/src/k/arch/x86/include/generated/uapi/asm/types.h", Some("asm/types.h"));
        check("/usr/src/k/arch/x86/include/generated/asm/rwonce.h", Some("asm/rwonce.h"));
        check("/usr/src/k/include/generated/utsrelease.h", Some("generated/utsrelease.h"));
        check("/usr/src/k/include/uapi/linux/mii.h", Some("linux/mii.h"));
        check("/somewhere/driver.c", None);
    }

    #[test]
    fn what_the_driver_includes_itself_is_listed_once() {
        let text = b"# 0 \"/d/a.c\"\n# 1 \"<built-in>\"\n# 1 \"/d/a.c\"\n# 1 \"/k/include/linux/a.h\" 1\n\
                     # 1 \"/k/include/linux/b.h\" 1 3\nint b;\n# 2 \"/k/include/linux/a.h\" 2\nint a;\n\
                     # 2 \"/d/a.c\" 2\n# 1 \"/d/a.h\" 1\n# 1 \"/k/include/linux/c.h\" 1\n# 2 \"/d/a.h\" 2\n\
                     # 3 \"/d/a.c\" 2\n# 1 \"/k/include/linux/a.h\" 1\n# 4 \"/d/a.c\" 2\nint own;\n";
        let origins = Origins::new(text, "/d/");
        assert_eq!(origins.headers(), ["linux/a.h", "linux/c.h"]);
        let offset = |what: &str| String::from_utf8_lossy(text).find(what).unwrap() as u32;
        assert!(origins.is_own(offset("int own")));
        assert!(!origins.is_own(offset("int a;")));
        assert!(!origins.is_own(offset("int b;")));
        assert_eq!(origins.header_at(offset("int b;")), Some("linux/b.h"));
        assert_eq!(origins.header_at(offset("int own")), None);
    }
}
