//! The C printer.

use super::{parse, value};
use crate::{Bound, spell_term, spell_type};

#[track_caller]
fn check(text: &str, expected: &str) {
    let Bound::Term(tree, node) = value(&format!("expr: {text}")) else { panic!() };
    assert_eq!(String::from_utf8(spell_term(&tree, node)).unwrap(), expected);
}

#[track_caller]
fn check_type(text: &str, expected: &str) {
    let Bound::Type(tree, term) = value(&format!("type: {text}")) else { panic!() };
    assert_eq!(String::from_utf8(spell_type(&tree, &term)).unwrap(), expected);
}

#[test]
fn expressions() {
    check("a+1", "a + 1");
    check("a  /* c */ [ 1 ]", "a[1]");
    check("p -> q . r ++", "p->q.r++");
    check("a?b:c", "a ? b : c");
    check("a ? : c", "a ? : c");
    check("( a , b )", "(a, b)");
    check("sizeof (x)", "sizeof(x)");
    check("sizeof x", "sizeof x");
    check("sizeof( struct s * )", "sizeof(struct s *)");
    check("- -x", "- -x");
    check("( int * ) & x", "(int *)&x");
    check("x+=f( 1,2 )", "x += f(1, 2)");
    check("(struct s){ 1 , .b=2}", "(struct s){\n1,\n.b = 2,\n}");
}

#[test]
fn types() {
    check_type("int x", "int");
    check_type("static const char *x", "const char *");
    check_type("unsigned long x[3]", "unsigned long[3]");
    check_type("int (*x)(int a, char)", "int (*)(int a, char)");
}

#[test]
fn statements() {
    let tree = parse(b"void f(void)\n{\n\tfor(i=0;i<2;i++)\n\t\tif(x)\n\t\t\treturn  1;\n}\n");
    let body = tree.ids().find(|&n| tree.kind(n) == csyntax::NodeKind::ForStatement).unwrap();
    let printed = String::from_utf8(spell_term(&tree, body)).unwrap();
    assert_eq!(printed, "for (i = 0; i < 2; i++)\nif (x)\nreturn 1;");
}
