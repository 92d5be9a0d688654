//! Prints how well files parse.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]
use std::sync::Arc;
fn main() {
    let (mut files, mut perfect, mut bad, mut lines, mut bytes) = (0, 0, 0usize, 0usize, 0);
    let show = std::env::var("SHOW").is_ok();
    let start = std::time::Instant::now();
    let mut spent = std::time::Duration::ZERO;
    for path in std::env::args().skip(1) {
        let text: Arc<[u8]> = std::fs::read(&path).unwrap().into();
        bytes += text.len();
        let begin = std::time::Instant::now();
        let tree = csyntax::parse(Arc::clone(&text), &csyntax::Names::default());
        spent += begin.elapsed();
        files += 1;
        let index = text::LineIndex::new(&text);
        lines += index.count();
        perfect += usize::from(tree.problems().is_empty());
        for problem in tree.problems() {
            let at = index.place(tree.tokens().span(problem.token).start);
            let from = index.line(tree.tokens().span(csyntax::TokenId(problem.tokens.start)).start);
            let to = index.line(tree.tokens().span(csyntax::TokenId(problem.tokens.end - 1)).start);
            bad += (to - from + 1) as usize;
            if show {
                let line = String::from_utf8_lossy(&text[index.span(at.line).range()]).trim_end().to_string();
                println!("{path}:{}:{}: {} [{from}-{to}] | {line}", at.line, at.column, problem.message);
            }
        }
    }
    println!("{files} files, {perfect} perfect, {lines} lines, {bad} bad, {bytes} bytes, parse {spent:?}, {:?}", start.elapsed());
}
