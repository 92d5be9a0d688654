//! What goes with removed code.

use super::{check, check_removal, check_whole};

#[test]
fn comments_above_and_beside_go() {
    check_removal(
        "\ta(); /* k */\n\n\t/* about f */\n\n\t‹f(1);› /* e */\n\n\t/* n */\n\tb();\n",
        "\ta(); /* k */\n\n\t/* n */\n\tb();\n",
    );
}

#[test]
fn blank_lines_go_at_the_start_of_a_block_and_stay_at_its_end() {
    check_removal("\t‹f(1);›\n\n\tb();\n\n\t‹f(2);›\n\n", "\tb();\n\n");
}

#[test]
fn comments_on_shared_lines() {
    check_removal(
        "\ta(); /* c */ ‹f(1);› /* d */\n\t/* c */ ‹1|f(1);› /* d */ b();\n",
        "\ta();\n\t/* c */ b();\n",
    );
}

#[test]
fn conditionals_stay_around_nothing() {
    check_removal(
        "\ta();\n#ifdef X\n\t‹f(1);›\n#endif\n\tb();\n",
        "\ta();\n#ifdef X\n#endif\n\tb();\n",
    );
}

#[test]
fn what_stands_between_goes() {
    check(
        &[],
        "- f(1);\n- f(2);\n+ g(1);\n",
        "\t⟦R0⟧‹f(1); /* x */\n\n\t/* y */\n\tf(2);› /* z */\n\tb();\n",
        "\tg(1); /* z */\n\tb();\n",
    );
}

#[test]
fn dots_part_groups() {
    check(&[], "- f(...);\n+ g(1);\n", "\t⟦R0⟧‹f(›  /* c */\n\t  ‹1|1);›\n", "\tg(1);  /* c */\n");
}

#[test]
fn labels_and_cases_may_stay_alone() {
    check_removal(
        "l:\n\t‹f(1);›\n\tswitch (x) {\n\tcase 1: ‹f(2);› break;\n\t}\n",
        "l:\n\tswitch (x) {\n\tcase 1: break;\n\t}\n",
    );
}

#[test]
fn first_arguments() {
    check_removal("\tk(‹a,› /* A */\n\t  b, c);\n\tk(\n\t  ‹a,› c);\n", "\tk(b, c);\n\tk(c);\n");
    check_removal("\tk(‹a›, b);\n\tk(a, ‹b›, c);\n\tk(‹a›);\n", "\tk(b);\n\tk(a, c);\n\tk();\n");
}

#[test]
fn last_arguments() {
    check_removal(
        "\tk(a, b /* B */‹,\n\t  c› /* C */ );\n\tk(a\n\t  ‹, c›);\n",
        "\tk(a, b /* B */);\n\tk(a\n\t  );\n",
    );
    check_removal("\tk(a, ‹b›);\n", "\tk(a);\n");
}

#[test]
fn operands() {
    check_removal("\tx = y‹+z›;\n\tx = y\n\t\t‹+ z›;\n", "\tx = y;\n\tx = y\n\t\t;\n");
}

#[test]
fn parentheses() {
    check_removal(
        "\treturn‹(›y‹)›;\n\tx = a[‹(›y‹)›];\n\tsizeof‹(›y‹)›;\n",
        "\treturn y;\n\tx = a[ y];\n\tsizeof y;\n",
    );
}

#[test]
fn declarators() {
    check_removal(
        "\tint ⟦D⟧a, *b = 3, ⟦D⟧c[4]; /* z */\n\t‹int d;›\n\tk();\n",
        "\tint *b = 3; /* z */\n\tk();\n",
    );
    check_removal("\tint ⟦D⟧a, ⟦D⟧b;\n\tk();\n", "\tk();\n");
    check_removal("\tint a, ⟦D⟧b, c;\n", "\tint a, c;\n");
}

#[test]
fn whole_items() {
    check_whole(
        &[],
        "- f(1);\n",
        "int z; // z\n\n/* doc */\n‹void m(void)\n{›\n‹1|\tb();\n}› // eol\n\nint y;\n",
        "int z; // z // eol\n\nint y;\n",
    );
}

#[test]
fn replaced_functions() {
    check_whole(
        &["type T"],
        "- T m(...) { ... }\n+ int k(void);\n",
        "int z;\n\n/* doc */\n‹void m(void)\n{›\n‹1|}›⟦M0⟧\n\nint y;\n",
        "int z;\nint k(void);\n\nint y;\n",
    );
}

#[test]
fn storage_words() {
    check_whole(&[], "- f(1);\n", "‹static› int x;\n", "int x;\n");
    check_whole(&[], "- f(1);\n", "int a;\n\n‹static› int x;\n", "int a;\n\nint x;\n");
}

#[test]
fn first_parameters() {
    check_whole(
        &[],
        "- f(1);\n",
        "int f(‹int a,›\n      int b) /* c */\n{\n}\n",
        "int f(int b) /* c */\n{\n}\n",
    );
}

#[test]
fn fields_of_initialisers() {
    check_whole(
        &[],
        "- f(1);\n",
        "struct a p = {\n\t.x = 1,\n\t‹.y = 2,›\n\t.z = 3,\n};\n",
        "struct a p = {\n\t.x = 1,\n\t.z = 3,\n};\n",
    );
}

#[test]
fn comments_may_be_kept() {
    let mut case = super::case(&[], "- f(1);\n");
    case.style.keep_comments = true;
    let result = super::apply(&case, "void m(void)\n{\n\t‹f(1);› /* c */\n\tb();\n}\n").unwrap();
    assert!(String::from_utf8(result).unwrap().contains("/* c */"));
}
