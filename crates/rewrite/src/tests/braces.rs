//! Braces around single statements.

use super::check;

#[test]
fn code_before_a_branch() {
    check(
        &[],
        "+ a();\n g(2);\n",
        "\tif (x)\n\t\t⟦{⟧⟦B0⟧g(2);\t// e\n",
        "\tif (x) {\n\t\ta();\n\t\tg(2);\t// e\n\t}\n",
    );
}

#[test]
fn a_replaced_branch() {
    check(
        &[],
        "- g(2);\n+ a();\n",
        "\tif (x)\n\t\t⟦{⟧⟦R0⟧‹g(2);› // e\n",
        "\tif (x) {\n\t\ta();\n\t} // e\n",
    );
}

#[test]
fn a_branch_replaced_by_one_statement() {
    check(
        &[],
        " f(1);\n ...\n- g(2);\n+ a();\n",
        "\tf(1);\n\tif (x)\n\t\t⟦R0⟧‹g(2);›\n",
        "\tf(1);\n\tif (x)\n\t\ta();\n",
    );
}

#[test]
fn a_changed_name() {
    check(&[], "- g\n+ a\n  (2);\n", "\tif (x)\n\t\t⟦R0⟧‹g›(2);\n", "\tif (x)\n\t\ta(2);\n");
}

#[test]
fn a_removed_branch() {
    check(
        &[],
        "- g(2);\n",
        "\tif (x)\n\t\t⟦{⟧‹g(2);›\n\telse\n\t\th();\n",
        "\tif (x)\n\t\t{}\n\telse\n\t\th();\n",
    );
}

#[test]
fn code_behind_a_branch_without_braces() {
    check(
        &[],
        " f();\n <...\n g(2);\n+ a();\n ...>\n h();\n",
        "\tf();\n\tif (x)\n\t\tg(2);⟦A0⟧\n\th();\n",
        "\tf();\n\tif (x)\n\t\tg(2);\n\ta();\n\th();\n",
    );
}

#[test]
fn a_wrapper_with_braces() {
    check(
        &[],
        "+ if (a) {\n  f(1);\n  g(1);\n+ }\n",
        "\t⟦B0⟧f(1);\n\n\t/* c */\n\tg(1);⟦A1⟧ /* d */\n",
        "\tif (a) {\n\t\tf(1);\n\n\t\t/* c */\n\t\tg(1); /* d */\n\t}\n",
    );
}

#[test]
fn a_wrapper_without_braces() {
    check(&[], "+ if (a)\n  f(1);\n", "\t⟦B0⟧f(1);\n", "\tif (a) f(1);\n");
}

#[test]
fn an_added_else() {
    check(
        &["statement S"],
        " if (a) S\n+ else k();\n",
        "\tif (a) {\n\t\tf(1);\n\t}⟦A0⟧\n\tif (a)\n\t\tz();⟦A0⟧\n",
        "\tif (a) {\n\t\tf(1);\n\t}else\n\t\tk();\n\tif (a)\n\t\tz();\n\telse\n\t\tk();\n",
    );
}

#[test]
fn a_dissolved_block() {
    check(
        &[],
        "- {\n  f(1);\n...\n  g(1);\n- }\n",
        "\t‹{›\n\t\tf(1);\n\t\t/* c */\n\t\tg(1);\n\t‹1|}›\n\tk();\n",
        "\tf(1);\n\t/* c */\n\tg(1);\n\tk();\n",
    );
}

#[test]
fn removed_braces_of_a_branch() {
    check(
        &["expression x", "statement S"],
        " if (x)\n- {\n S\n- }\n",
        "\tif (a) ‹{›\n\t\tf(1); /* c */\n\t‹}›\n\tif (a) ‹{› f(2); ‹}›\n",
        "\tif (a)\n\t\tf(1); /* c */\n\tif (a) f(2);\n",
    );
}

#[test]
fn code_behind_several_branches() {
    check(
        &["expression e"],
        " f(e);\n+ if (a) { b(1); }\n",
        "    if (x)\n        ⟦{⟧f(2);⟦A0⟧\n    else if (y)\n        ⟦{⟧f(3);⟦A0⟧\n",
        "    if (x) {\n        f(2);\n        if (a) {\n            b(1);\n        }\n    }\n    \
         else if (y) {\n        f(3);\n        if (a) {\n            b(1);\n        }\n    }\n",
    );
}
