//! License expressions as logic: terms joined by AND and OR, never expanded.

use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;

/// A license with what belongs to it: the smallest thing that can be judged. `WITH` is part of the term, since license and
/// exception are one set of terms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// The identifier without `+`: of the SPDX list in its canonical case (`GPL-2.0-or-later`, `Apache-2.0`), or a reference
    /// (`LicenseRef-x`, `DocumentRef-d:LicenseRef-x`).
    pub license: CompactString,
    /// Whether later versions may be chosen: written `+`, or an identifier that ends in `-or-later`.
    pub or_later: bool,
    /// What is added by `WITH`: an exception of the SPDX list, or an `AdditionRef-x`.
    pub exception: Option<CompactString>,
}

impl Term {
    /// Whether the license is on no list but somebody's own (`LicenseRef-…`).
    pub fn is_reference(&self) -> bool {
        self.license.starts_with("LicenseRef-") || self.license.starts_with("DocumentRef-")
    }

    /// The same term without its exception.
    pub fn without_exception(&self) -> Term {
        Term { exception: None, ..self.clone() }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.license)?;
        if self.or_later && !self.license.ends_with("-or-later") {
            f.write_str("+")?;
        }
        match &self.exception {
            Some(exception) => write!(f, " WITH {exception}"),
            None => Ok(()),
        }
    }
}

/// How the parts of an expression are joined. Parts are given by their index in the expression, which is always smaller
/// than the index of what they are part of: walking all indices in order visits parts before the whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A single term.
    Term(Term),
    /// All of these bind: two or more, none of which is itself an `And`.
    And(Vec<u32>),
    /// One of these may be chosen: two or more, none of which is itself an `Or`.
    Or(Vec<u32>),
}

/// A valid SPDX license expression. Cheap to clone. Equal if its parts are equal in the order written.
#[derive(Clone)]
pub struct Expression(Arc<Inner>);

struct Inner {
    /// Parts before wholes; the last one is the root.
    parts: Vec<Part>,
    text: Box<str>,
}

impl Expression {
    /// The parts, each before what it is part of; the last one is the whole. Never empty.
    pub fn parts(&self) -> &[Part] {
        &self.0.parts
    }

    /// The index of the whole in [`Expression::parts`].
    pub fn root(&self) -> u32 {
        self.0.parts.len() as u32 - 1
    }

    /// All terms in the order written, repeated ones too.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.0.parts.iter().filter_map(|part| match part {
            Part::Term(term) => Some(term),
            Part::And(_) | Part::Or(_) => None,
        })
    }

    /// The canonical text: canonical identifiers, upper-case operators, parentheses only where they are needed, the order as
    /// written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Whether it offers a choice anywhere.
    pub fn has_choice(&self) -> bool {
        self.0.parts.iter().any(|part| matches!(part, Part::Or(_)))
    }

    /// An expression of one term.
    pub fn of_term(term: Term) -> Expression {
        let text = term.to_string().into_boxed_str();
        Expression(Arc::new(Inner { parts: vec![Part::Term(term)], text }))
    }

    /// The expression in which every choice has been made: `choose` is asked for every OR that is reached from the root which
    /// of its arms (by place, from zero) to take. An answer out of range takes the first.
    pub fn with_choices(&self, choose: impl Fn(u32) -> usize) -> Expression {
        let mut out = Assembly::default();
        // Follows single choices first, so that every frame stands for a term or an AND that is kept.
        let settle = |mut at: u32| {
            while let Part::Or(arms) = &self.0.parts[at as usize] {
                at = arms.get(choose(at)).copied().unwrap_or(arms[0]);
            }
            at
        };
        let mut pending: Vec<u32> = vec![self.root()];
        let mut terms = Vec::new();
        // After choices only AND is left, so the answer is one flat list of terms.
        while let Some(at) = pending.pop() {
            let at = settle(at);
            match &self.0.parts[at as usize] {
                Part::Term(term) => {
                    out.parts.push(Part::Term(term.clone()));
                    terms.push(out.parts.len() as u32 - 1);
                }
                Part::And(parts) => pending.extend(parts.iter().rev()),
                Part::Or(_) => {}
            }
        }
        if terms.len() > 1 {
            out.parts.push(Part::And(terms));
        }
        out.finish()
    }

    /// What the `spdx` crate parsed: operands before operators.
    pub(super) fn from_spdx(parsed: &spdx::Expression) -> Expression {
        use spdx::expression::{ExprNode, Operator};

        // First as the binary tree it is, by index.
        enum Binary {
            Leaf(Term),
            Node(Operator, u32, u32),
        }
        let mut binary: Vec<Binary> = Vec::new();
        let mut operands: Vec<u32> = Vec::new();
        for node in parsed.iter() {
            match node {
                ExprNode::Req(required) => binary.push(Binary::Leaf(term_of(&required.req))),
                ExprNode::Op(operator) => {
                    let right = operands.pop().expect("the crate answers valid postfix: an operator has two operands");
                    let left = operands.pop().expect("the crate answers valid postfix: an operator has two operands");
                    binary.push(Binary::Node(*operator, left, right));
                }
            }
            operands.push(binary.len() as u32 - 1);
        }
        let root = operands.pop().expect("the crate answers at least one term for a valid expression");

        // Then with chains of one operator as one part each. `Build` frames wait until their parts are finished.
        enum Step {
            Visit(u32),
            Join(Operator, usize),
        }
        let mut out = Assembly::default();
        let mut steps = vec![Step::Visit(root)];
        let mut done: Vec<u32> = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Visit(at) => match &binary[at as usize] {
                    Binary::Leaf(term) => {
                        out.parts.push(Part::Term(term.clone()));
                        done.push(out.parts.len() as u32 - 1);
                    }
                    Binary::Node(operator, _, _) => {
                        // The chain's members from left to right.
                        let mut members = Vec::new();
                        let mut chain = vec![at];
                        while let Some(next) = chain.pop() {
                            match &binary[next as usize] {
                                Binary::Node(same, left, right) if same == operator => chain.extend([*right, *left]),
                                _ => members.push(next),
                            }
                        }
                        steps.push(Step::Join(*operator, members.len()));
                        steps.extend(members.into_iter().rev().map(Step::Visit));
                    }
                },
                Step::Join(operator, count) => {
                    let members = done.split_off(done.len() - count);
                    out.parts.push(match operator {
                        Operator::And => Part::And(members),
                        Operator::Or => Part::Or(members),
                    });
                    done.push(out.parts.len() as u32 - 1);
                }
            }
        }
        out.finish()
    }
}

/// Parts on their way to an expression.
#[derive(Default)]
struct Assembly {
    parts: Vec<Part>,
}

impl Assembly {
    fn finish(self) -> Expression {
        let text = text_of(&self.parts);
        Expression(Arc::new(Inner { parts: self.parts, text: text.into_boxed_str() }))
    }
}

fn term_of(required: &spdx::LicenseReq) -> Term {
    let (license, or_later) = match &required.license {
        spdx::LicenseItem::Spdx { id, or_later } => (id.name.into(), *or_later || id.name.ends_with("-or-later")),
        spdx::LicenseItem::Other(reference) => (compact_str::format_compact!("{reference}"), false),
    };
    let exception = required.addition.as_ref().map(|addition| match addition {
        spdx::AdditionItem::Spdx(id) => id.name.into(),
        spdx::AdditionItem::Other(reference) => compact_str::format_compact!("{reference}"),
    });
    Term { license, or_later, exception }
}

fn text_of(parts: &[Part]) -> String {
    enum Step {
        Part(u32, bool),
        Text(&'static str),
    }
    let mut text = String::new();
    let mut steps = vec![Step::Part(parts.len() as u32 - 1, false)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Text(word) => text.push_str(word),
            Step::Part(at, within_and) => match &parts[at as usize] {
                Part::Term(term) => {
                    use fmt::Write;
                    let _ = write!(text, "{term}");
                }
                Part::And(members) => {
                    for (index, member) in members.iter().enumerate().rev() {
                        steps.push(Step::Part(*member, true));
                        if index > 0 {
                            steps.push(Step::Text(" AND "));
                        }
                    }
                }
                Part::Or(members) => {
                    if within_and {
                        steps.push(Step::Text(")"));
                    }
                    for (index, member) in members.iter().enumerate().rev() {
                        steps.push(Step::Part(*member, false));
                        if index > 0 {
                            steps.push(Step::Text(" OR "));
                        }
                    }
                    if within_and {
                        steps.push(Step::Text("("));
                    }
                }
            },
        }
    }
    text
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.text)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.0.text)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        // The canonical text says everything that the parts say.
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl Eq for Expression {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Expression {
        crate::license::read(text).expression.unwrap()
    }

    #[test]
    fn chains_of_one_operator_are_one_part() {
        let expression = read("MIT OR (ISC OR (Zlib AND (0BSD AND X11)))");
        assert_eq!(expression.to_string(), "MIT OR ISC OR Zlib AND 0BSD AND X11");
        let Part::Or(arms) = &expression.parts()[expression.root() as usize] else { panic!() };
        assert_eq!(arms.len(), 3);
        let Part::And(all) = &expression.parts()[arms[2] as usize] else { panic!() };
        assert_eq!(all.len(), 3);
        for (index, part) in expression.parts().iter().enumerate() {
            if let Part::And(members) | Part::Or(members) = part {
                assert!(members.iter().all(|member| (*member as usize) < index));
            }
        }
    }

    #[test]
    fn parentheses_stay_where_they_are_needed() {
        for text in ["(MIT OR ISC) AND Zlib", "MIT AND (ISC OR Zlib AND X11)", "MIT OR ISC AND Zlib"] {
            assert_eq!(read(text).to_string(), text);
        }
    }

    #[test]
    fn terms_know_what_belongs_to_them() {
        let expression = read("GPL-2.0-or-later WITH Bison-exception-2.2 AND Apache-2.0+ AND LicenseRef-x AND MIT");
        let terms: Vec<&Term> = expression.terms().collect();
        assert!(terms[0].or_later && terms[0].exception.as_deref() == Some("Bison-exception-2.2"));
        assert!(terms[1].or_later && terms[1].license == "Apache-2.0");
        assert!(terms[2].is_reference() && !terms[2].or_later);
        let texts: Vec<String> = terms.iter().map(ToString::to_string).collect();
        assert_eq!(texts.join(" AND "), expression.to_string());
        assert_eq!(terms[0].without_exception().to_string(), "GPL-2.0-or-later");
        assert_eq!(Expression::of_term(terms[3].clone()), read("MIT"));
    }

    #[test]
    fn choosing_leaves_no_choice() {
        let expression = read("(MIT OR ISC) AND (Zlib OR X11 AND (0BSD OR Unlicense)) AND Fair");
        let last = |at: u32| match &expression.parts()[at as usize] {
            Part::Or(arms) => arms.len() - 1,
            _ => 0,
        };
        assert_eq!(expression.with_choices(|_| 0).to_string(), "MIT AND Zlib AND Fair");
        assert_eq!(expression.with_choices(last).to_string(), "ISC AND X11 AND Unlicense AND Fair");
        assert_eq!(expression.with_choices(|_| 99).to_string(), "MIT AND Zlib AND Fair");
        assert_eq!(read("MIT OR ISC").with_choices(|_| 1), read("ISC"));
    }
}
