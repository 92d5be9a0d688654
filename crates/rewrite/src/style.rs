//! What the caller may choose about printed code.

/// How added code is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// The column that lists of arguments with added code may reach.
    pub max_width: usize,
    /// How many spaces a level of indentation takes where the code does not tell; none for a tab.
    pub indent: Option<usize>,
    /// Whether comments beside removed code stay.
    pub keep_comments: bool,
    /// Whether added code keeps the spacing of the semantic patch.
    pub smpl_spacing: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { max_width: 78, indent: None, keep_comments: false, smpl_spacing: false }
    }
}
