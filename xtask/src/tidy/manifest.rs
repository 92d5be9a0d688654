//! Every dependency of the root manifest has its reason beside it.

use super::Complaint;

pub(super) fn check(manifest: &str) -> Vec<Complaint> {
    let mut section = "";
    let mut complaints = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            section = line;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        // A crate of our own says in its `//!` what it is for.
        let is_ours = value.contains("path =");
        if section == "[workspace.dependencies]"
            && !line.starts_with('#')
            && !is_ours
            && !value.contains('#')
        {
            let message = format!("`{}` has no comment: why is it needed?", name.trim());
            complaints.push(Complaint::new("Cargo.toml", Some(index + 1), message));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_foreign_dependencies_need_a_comment() {
        let manifest = "[workspace]\nresolver = \"3\"\n[workspace.dependencies]\n# Ours.\n\
                        text = { path = \"crates/text\" }\nregex = \"1\" # constraints\nrayon = \"1\"\n";
        let lines: Vec<_> = check(manifest).into_iter().map(|complaint| complaint.line).collect();
        assert_eq!(lines, [Some(7)]);
    }
}
