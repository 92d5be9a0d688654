//! Line breaking.

use super::{check, check_whole};

#[test]
fn long_calls_break_at_commas() {
    check(
        &[],
        "- f();\n+ g(aaaaaaaaaaaaaaaaaaaaaaaa, h(aaaaaaaaaaaaaaaaaaaaaaaa, 1), aaaaaaaaaaaaaaaaaaaaaaaa);\n",
        "\tif (x)\n\t\t⟦{⟧⟦R0⟧‹f();›\n",
        "\tif (x) {\n\t\tg(aaaaaaaaaaaaaaaaaaaaaaaa, h(aaaaaaaaaaaaaaaaaaaaaaaa, 1),\n\t\t  \
         aaaaaaaaaaaaaaaaaaaaaaaa);\n\t}\n",
    );
}

#[test]
fn line_breaks_behind_added_code_are_aligned() {
    check(
        &[],
        " f(\n+ n,\n ...)\n",
        "\tint x = f(⟦A0⟧a,\n\t\tb,\n\t\tc);\n\tint y = f(⟦A0⟧a,\n\t\t\t\tb);\n",
        "\tint x = f(n, a,\n\t\t  b,\n\t\t  c);\n\tint y = f(n, a,\n\t\t\t\tb);\n",
    );
}

#[test]
fn a_longer_name_aligns_nothing() {
    check(
        &[],
        "- f\n+ longer\n (...)\n",
        "\tx = ⟦R0⟧‹f›(a,\n\t      b);\n",
        "\tx = longer(a,\n\t      b);\n",
    );
}

#[test]
fn added_parameters() {
    check_whole(
        &["identifier f"],
        " f(\n+ int n,\n ...) { ... }\n",
        "int f(⟦A0⟧int a,\n      int b);\nint f(⟦A0⟧int a,\n      int b)\n{\n}\nint g(⟦A0⟧void)\n{\n}\n",
        "int f(int n, int a,\n      int b);\nint f(int n, int a,\n      int b)\n{\n}\nint g(int n, void)\n{\n}\n",
    );
}

#[test]
fn changed_return_types() {
    check_whole(
        &["identifier f"],
        "- int\n+ long *\n f(...) { ... }\n",
        "static ⟦R0⟧‹int› f(void)\n{\n}\n",
        "static long *f(void)\n{\n}\n",
    );
}

#[test]
fn long_headers() {
    check_whole(
        &["identifier f", "parameter list ps"],
        " f(\n+ struct newtype *newarg, unsigned int flags,\n ps) { ... }\n",
        "int longfunctionname(⟦A0⟧int aaaaaaaaaaaa, int bbbbbbb,\n\t\tint cc)\n{\n}\n",
        "int longfunctionname(struct newtype *newarg, unsigned int flags,\n\t\t     int aaaaaaaaaaaa, int bbbbbbb,\n\
         \t\t     int cc)\n{\n}\n",
    );
}

#[test]
fn a_last_parameter() {
    check_whole(
        &["identifier f, intf"],
        " f(struct usb_interface *intf\n+  , bool gone\n  )\n { ... }\n",
        "static void uea_disconnect(struct usb_interface *intf⟦A0⟧)\n{\n}\n",
        "static void uea_disconnect(struct usb_interface *intf, bool gone)\n{\n}\n",
    );
}

#[test]
fn a_call_with_bound_arguments() {
    check(
        &[
            "expression a = expr: usb_dev",
            "expression b",
            "expression c = expr: 0x32",
            "expression list rest = list: 0x40, state ? 0x01 : 0x00, 0x00, NULL, 0, CTRL_TIMEOUT",
        ],
        "-usb_control_msg(a, b, c, rest)\n+usb_control_msg_checked(a, c, rest)\n",
        "\tret = ⟦R0⟧‹usb_control_msg(usb_dev, usb_sndctrlpipe(usb_dev, 0),\n\t\t\t      0x32, 0x40, \
         state ? 0x01 : 0x00, 0x00, NULL, 0, CTRL_TIMEOUT)›;\n",
        "\tret = usb_control_msg_checked(usb_dev, 0x32, 0x40,\n\t\t\t\t      state ? 0x01 : 0x00, 0x00, NULL, 0,\n\
         \t\t\t\t      CTRL_TIMEOUT);\n",
    );
}

#[test]
fn a_changed_argument() {
    check(
        &["expression u = expr: urb"],
        "-u->actual_length\n+usb_urb_actual(u)\n",
        "\t\t\tif (!urb->status)\n\t\t\t\tusbatm_extract_cells(instance, urb->transfer_buffer, \
         ⟦R0⟧‹urb->actual_length›);\n",
        "\t\t\tif (!urb->status)\n\t\t\t\tusbatm_extract_cells(instance, urb->transfer_buffer,\n\
         \t\t\t\t\t\t     usb_urb_actual(urb));\n",
    );
}

#[test]
fn bound_strings_may_be_split() {
    check(
        &[
            "expression d = expr: hub->intfdev",
            "expression list es = list: \"only USB3 hub support \" \"warm reset\\n\"",
        ],
        "- dev_err(d, es);\n+ return dev_err_probe(d, -EINVAL, es);\n",
        "\tif (a) {\n\t\tif (b) {\n\t\t\t⟦R0⟧‹dev_err(1);›\n\t\t}\n\t}\n",
        "\tif (a) {\n\t\tif (b) {\n\t\t\treturn dev_err_probe(hub->intfdev, -EINVAL,\n\t\t\t\t\t     \"only USB3 hub support \"\n\
         \t\t\t\t\t     \"warm reset\\n\");\n\t\t}\n\t}\n",
    );
}

#[test]
fn a_list_behind_an_added_one_is_aligned() {
    check(
        &["expression u = expr: urb"],
        "-u->actual_length\n+usb_urb_actual(u)\n",
        "\t⟦R0⟧‹urb->actual_length› = min_t(u32, 2,\n\t\t\t\turb->length);\n\tg(a,\n\t  b);\n",
        "\tusb_urb_actual(urb) = min_t(u32, 2,\n\t\t\t\t    urb->length);\n\tg(a,\n\t  b);\n",
    );
}
