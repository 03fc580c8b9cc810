//! An expression with its types, read from text in one pass.

use compact_str::CompactString;

use super::super::problem::choose_from;
use super::facts::{Field, ROOTS, Root, Type};
use super::{ConditionError, LONGEST};

/// How deep an expression may be nested.
const DEEPEST: usize = 48;

/// How tall the tree of an expression may be: `a || b || c` is as tall as it is long.
const TALLEST: usize = 128;

/// An expression whose types are right.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(CompactString),
    List(Vec<Expr>),
    Root(Root),
    /// A variable of a macro, by how many were there before it.
    Variable(usize),
    Field(Box<Expr>, &'static Field),
    Has(Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Compute(Operation, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
    Index(Box<Expr>, Box<Expr>),
    Size(Box<Expr>),
    Lower(Box<Expr>),
    Search(Search, Box<Expr>, Box<Expr>),
    Loop(Loop, Box<Expr>, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loop {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

const METHODS: [&str; 10] =
    ["all", "contains", "endsWith", "exists", "exists_one", "filter", "lowerAscii", "map", "size", "startsWith"];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Int(i64),
    Double(f64),
    Text(String),
    Sign(&'static str),
    End,
}

/// Signs, longer ones first.
const SIGNS: [&str; 22] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]", ",", ".",
];

type Result<T> = std::result::Result<T, ConditionError>;

fn fail<T>(span: (usize, usize), message: impl Into<String>, help: Option<String>) -> Result<T> {
    Err(ConditionError { start: span.0, end: span.1, message: message.into(), help })
}

/// Reads a condition.
pub(super) fn parse(text: &str) -> Result<Expr> {
    if text.len() > LONGEST {
        return fail((0, text.len()), format!("the condition is longer than {LONGEST} bytes"), None);
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, variables: Vec::new(), depth: 0 };
    let read = parser.choice()?;
    if *parser.token() != Token::End {
        return parser.unexpected("an operator or the end");
    }
    if height(&read.expr) > TALLEST {
        let help = "write a list and `in`, or several rules".to_owned();
        return fail(read.span, "the condition has too many operators in a row", Some(help));
    }
    if read.kind != Type::Bool {
        return fail(read.span, format!("the condition is {}, not true or false", read.kind.phrase()), None);
    }
    Ok(read.expr)
}

/// The height of an expression. What it is asked of is no taller than [`LONGEST`] allows.
fn height(expr: &Expr) -> usize {
    let below = match expr {
        Expr::Bool(_) | Expr::Int(_) | Expr::Double(_) | Expr::Text(_) | Expr::Root(_) | Expr::Variable(_) => 0,
        Expr::List(entries) => entries.iter().map(height).max().unwrap_or(0),
        Expr::Field(of, _) | Expr::Has(of) | Expr::Not(of) | Expr::Negate(of) | Expr::Size(of) | Expr::Lower(of) => {
            height(of)
        }
        Expr::Choice(condition, yes, no) => height(condition).max(height(yes)).max(height(no)),
        Expr::And(left, right)
        | Expr::Or(left, right)
        | Expr::In(left, right)
        | Expr::Index(left, right)
        | Expr::Compare(_, left, right)
        | Expr::Compute(_, left, right)
        | Expr::Search(_, left, right)
        | Expr::Loop(_, left, right) => height(left).max(height(right)),
    };
    below + 1
}

fn tokens(text: &str) -> Result<Vec<(Token, usize, usize)>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let token = if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        } else if text[at..].starts_with("//") {
            at = text[at..].find('\n').map_or(text.len(), |end| at + end);
            continue;
        } else if matches!(byte, b'"' | b'\'') || (byte == b'r' && matches!(bytes.get(at + 1), Some(b'"' | b'\''))) {
            let (string, end) = string(text, at)?;
            at = end;
            Token::Text(string)
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            Token::Name(text[start..at].to_owned())
        } else if byte.is_ascii_digit() {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
            let number = &text[start..at];
            match (number.parse::<i64>(), number.parse::<f64>()) {
                (Ok(number), _) => Token::Int(number),
                (_, Ok(double))
                    if number.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) && double.is_finite() =>
                {
                    Token::Double(double)
                }
                _ => return fail((start, at), format!("`{number}` is not a number"), None),
            }
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            Token::Sign(sign)
        } else {
            let c = text[at..].chars().next().unwrap_or(' ');
            let help = match c {
                '=' => Some("write `==`".to_owned()),
                '&' | '|' => Some(format!("write `{c}{c}`")),
                _ => None,
            };
            return fail((at, at + c.len_utf8()), format!("`{}` means nothing here", c.escape_debug()), help);
        };
        tokens.push((token, start, at));
    }
    tokens.push((Token::End, text.len(), text.len()));
    Ok(tokens)
}

/// A string literal that begins at `start`, with its end.
fn string(text: &str, start: usize) -> Result<(String, usize)> {
    let raw = text.as_bytes()[start] == b'r';
    let open = start + usize::from(raw);
    let quote = char::from(text.as_bytes()[open]);
    let mut string = String::new();
    let mut chars = text[open + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        let here = open + 1 + offset;
        match c {
            c if c == quote => return Ok((string, here + 1)),
            '\\' if !raw => {
                let escaped = match chars.next().map(|(_, c)| c) {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some(c @ ('\\' | '\'' | '"' | '`' | '?')) => c,
                    _ => return fail((here, (here + 2).min(text.len())), "this escape is not known", None),
                };
                string.push(escaped);
            }
            c => string.push(c),
        }
    }
    fail((start, text.len()), "this text has no end", Some(format!("close it with {quote}")))
}

/// An expression with its type and place.
struct Read {
    expr: Expr,
    kind: Type,
    span: (usize, usize),
}

struct Parser {
    tokens: Vec<(Token, usize, usize)>,
    at: usize,
    variables: Vec<(String, Type)>,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> (usize, usize) {
        let (_, start, end) = &self.tokens[self.at];
        (*start, *end)
    }

    fn step(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.token(), Token::Sign(have) if *have == sign);
        if found {
            self.step();
        }
        found
    }

    fn unexpected<T>(&self, wanted: &str) -> Result<T> {
        let found = match self.token() {
            Token::End => "the condition ends here".to_owned(),
            Token::Sign(sign) => format!("`{sign}` stands here"),
            Token::Name(name) => format!("`{name}` stands here"),
            Token::Int(_) | Token::Double(_) => "a number stands here".to_owned(),
            Token::Text(_) => "a text stands here".to_owned(),
        };
        fail(self.span(), format!("{found}, and {wanted} is needed"), None)
    }

    fn expect(&mut self, sign: &str) -> Result<usize> {
        let (_, end) = self.span();
        if self.takes(sign) { Ok(end) } else { self.unexpected(&format!("`{sign}`")) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            return fail(self.span(), "the condition is nested too deeply", None);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// `a ? b : c`
    fn choice(&mut self) -> Result<Read> {
        self.deeper(|parser| {
            let condition = parser.or()?;
            if !parser.takes("?") {
                return Ok(condition);
            }
            want(&condition, Type::Bool, "`?`")?;
            let yes = parser.or()?;
            parser.expect(":")?;
            let no = parser.choice()?;
            if yes.kind != no.kind {
                return fail(
                    no.span,
                    format!("this is {}, and the other arm is {}", no.kind.phrase(), yes.kind.phrase()),
                    None,
                );
            }
            let span = (condition.span.0, no.span.1);
            let kind = yes.kind;
            Ok(Read { expr: Expr::Choice(condition.expr.into(), yes.expr.into(), no.expr.into()), kind, span })
        })
    }

    fn or(&mut self) -> Result<Read> {
        let mut left = self.and()?;
        while self.takes("||") {
            let right = self.and()?;
            left = logical(left, right, "`||`", Expr::Or)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Read> {
        let mut left = self.relation()?;
        while self.takes("&&") {
            let right = self.relation()?;
            left = logical(left, right, "`&&`", Expr::And)?;
        }
        Ok(left)
    }

    fn relation(&mut self) -> Result<Read> {
        let left = self.sum()?;
        let operator = match self.token() {
            Token::Sign("==") => Comparison::Equal,
            Token::Sign("!=") => Comparison::Unequal,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            Token::Name(name) if name == "in" => {
                self.step();
                let right = self.sum()?;
                return is_in(left, right);
            }
            _ => return Ok(left),
        };
        let sign = self.span();
        self.step();
        let right = self.sum()?;
        let numbers = |read: &Read| matches!(read.kind, Type::Int | Type::Double);
        let equality = matches!(operator, Comparison::Equal | Comparison::Unequal);
        let ordered = matches!(left.kind, Type::Text | Type::Bool) && left.kind == right.kind;
        let fits = (numbers(&left) && numbers(&right)) || ordered || (equality && left.kind == right.kind);
        if !fits || matches!(left.kind, Type::Record(_)) {
            let message = format!("{} is compared with {}", left.kind.phrase(), right.kind.phrase());
            return fail((left.span.0, right.span.1.max(sign.1)), message, None);
        }
        if equality {
            known_word(&left, &right)?;
            known_word(&right, &left)?;
        }
        let span = (left.span.0, right.span.1);
        Ok(Read { expr: Expr::Compare(operator, left.expr.into(), right.expr.into()), kind: Type::Bool, span })
    }

    fn sum(&mut self) -> Result<Read> {
        let mut left = self.product()?;
        loop {
            let operation = match self.token() {
                Token::Sign("+") => Operation::Add,
                Token::Sign("-") => Operation::Subtract,
                _ => return Ok(left),
            };
            self.step();
            let right = self.product()?;
            left = computed(operation, left, right)?;
        }
    }

    fn product(&mut self) -> Result<Read> {
        let mut left = self.unary()?;
        loop {
            let operation = match self.token() {
                Token::Sign("*") => Operation::Multiply,
                Token::Sign("/") => Operation::Divide,
                Token::Sign("%") => Operation::Remainder,
                _ => return Ok(left),
            };
            self.step();
            let right = self.unary()?;
            left = computed(operation, left, right)?;
        }
    }

    fn unary(&mut self) -> Result<Read> {
        let (start, _) = self.span();
        if self.takes("!") {
            let inner = self.deeper(Self::unary)?;
            want(&inner, Type::Bool, "`!`")?;
            return Ok(Read { span: (start, inner.span.1), kind: Type::Bool, expr: Expr::Not(inner.expr.into()) });
        }
        if self.takes("-") {
            let inner = self.deeper(Self::unary)?;
            if !matches!(inner.kind, Type::Int | Type::Double) {
                return fail(inner.span, format!("`-` needs a number, and this is {}", inner.kind.phrase()), None);
            }
            return Ok(Read { span: (start, inner.span.1), kind: inner.kind, expr: Expr::Negate(inner.expr.into()) });
        }
        self.member()
    }

    /// Fields, methods and indices behind something.
    fn member(&mut self) -> Result<Read> {
        let mut read = self.primary()?;
        let mut links = 0;
        loop {
            links += 1;
            if links > DEEPEST {
                return fail(self.span(), "the condition is nested too deeply", None);
            }
            if self.takes(".") {
                let span = self.span();
                let Token::Name(name) = self.token().clone() else { return self.unexpected("a name") };
                self.step();
                let is_call = self.takes("(");
                read = if is_call { self.method(read, &name, span)? } else { field(read, &name, span)? };
            } else if self.takes("[") {
                let index = self.choice()?;
                want(&index, Type::Int, "an index")?;
                let end = self.expect("]")?;
                let Type::List(element) = read.kind else {
                    return fail(read.span, format!("{} has no entries", read.kind.phrase()), None);
                };
                read = Read {
                    span: (read.span.0, end),
                    kind: *element,
                    expr: Expr::Index(read.expr.into(), index.expr.into()),
                };
            } else {
                return Ok(read);
            }
        }
    }

    fn method(&mut self, of: Read, name: &str, span: (usize, usize)) -> Result<Read> {
        let start = of.span.0;
        let loops = match name {
            "all" => Some(Loop::All),
            "exists" => Some(Loop::Exists),
            "exists_one" => Some(Loop::ExistsOne),
            "filter" => Some(Loop::Filter),
            "map" => Some(Loop::Map),
            _ => None,
        };
        if let Some(kind) = loops {
            let Type::List(element) = of.kind else {
                return fail(of.span, format!("`{name}` goes through a list, and this is {}", of.kind.phrase()), None);
            };
            let Token::Name(variable) = self.token().clone() else { return self.unexpected("the name of an entry") };
            if ROOTS.iter().any(|(root, ..)| *root == variable) {
                return fail(
                    self.span(),
                    format!("`{variable}` is the name of a fact"),
                    Some("choose another name".to_owned()),
                );
            }
            self.step();
            self.expect(",")?;
            self.variables.push((variable, *element));
            let body = self.choice();
            self.variables.pop();
            let body = body?;
            let end = self.expect(")")?;
            if kind != Loop::Map {
                want(&body, Type::Bool, &format!("`{name}`"))?;
            }
            let result = match kind {
                Loop::Filter => of.kind,
                Loop::Map => body.kind.listed(),
                _ => Type::Bool,
            };
            return Ok(Read {
                expr: Expr::Loop(kind, of.expr.into(), body.expr.into()),
                kind: result,
                span: (start, end),
            });
        }
        let mut arguments = Vec::new();
        let end = self.arguments(&mut arguments)?;
        let count = |wanted: usize, arguments: &[Read]| match arguments.len() == wanted {
            true => Ok(()),
            false => fail((span.0, end), format!("`{name}` takes {wanted} argument(s), not {}", arguments.len()), None),
        };
        let search = match name {
            "contains" => Some(Search::Contains),
            "startsWith" => Some(Search::StartsWith),
            "endsWith" => Some(Search::EndsWith),
            _ => None,
        };
        match (name, search) {
            (_, Some(search)) => {
                count(1, &arguments)?;
                if let Type::List(_) = of.kind {
                    let help = Some("write `entry in list`, or `list.exists(x, …)`".to_owned());
                    return fail(
                        of.span,
                        format!("`{name}` looks into a text, and this is {}", of.kind.phrase()),
                        help,
                    );
                }
                want(&of, Type::Text, &format!("`{name}`"))?;
                want(&arguments[0], Type::Text, &format!("`{name}`"))?;
                let wanted = arguments.remove(0);
                let expr = Expr::Search(search, of.expr.into(), wanted.expr.into());
                Ok(Read { expr, kind: Type::Bool, span: (start, end) })
            }
            ("lowerAscii", _) => {
                count(0, &arguments)?;
                want(&of, Type::Text, "`lowerAscii`")?;
                Ok(Read { expr: Expr::Lower(of.expr.into()), kind: Type::Text, span: (start, end) })
            }
            ("size", _) => {
                count(0, &arguments)?;
                sized(of, (start, end))
            }
            ("matches", _) => fail(
                span,
                "`matches` is not a function here: there are no regular expressions",
                Some("use startsWith, endsWith and contains".to_owned()),
            ),
            _ => fail(span, format!("`{name}` is not a function"), Some(choose_from(name, &METHODS))),
        }
    }

    /// Arguments up to the closing bracket, with its end.
    fn arguments(&mut self, arguments: &mut Vec<Read>) -> Result<usize> {
        let (_, end) = self.span();
        if self.takes(")") {
            return Ok(end);
        }
        loop {
            arguments.push(self.choice()?);
            if !self.takes(",") {
                return self.expect(")");
            }
        }
    }

    fn primary(&mut self) -> Result<Read> {
        let span = self.span();
        let read = |expr, kind| Ok(Read { expr, kind, span });
        match self.token().clone() {
            Token::Int(number) => {
                self.step();
                read(Expr::Int(number), Type::Int)
            }
            Token::Double(number) => {
                self.step();
                read(Expr::Double(number), Type::Double)
            }
            Token::Text(text) => {
                self.step();
                read(Expr::Text(text.into()), Type::Text)
            }
            Token::Sign("(") => {
                self.step();
                let inner = self.choice()?;
                let end = self.expect(")")?;
                Ok(Read { span: (span.0, end), ..inner })
            }
            Token::Sign("[") => self.list(),
            Token::Name(name) => {
                self.step();
                match name.as_str() {
                    "true" | "false" => return read(Expr::Bool(name == "true"), Type::Bool),
                    "null" => {
                        let help = Some("ask whether something is known with has(component.license)".to_owned());
                        return fail(span, "there is no `null` here", help);
                    }
                    _ => {}
                }
                if self.takes("(") {
                    return self.function(&name, span);
                }
                if let Some(at) = self.variables.iter().rposition(|(known, _)| *known == name) {
                    return read(Expr::Variable(at), self.variables[at].1);
                }
                match ROOTS.iter().find(|(known, ..)| *known == name) {
                    Some((_, root, kind, _)) => read(Expr::Root(*root), *kind),
                    None => {
                        let mut known: Vec<&str> = ROOTS.iter().map(|(known, ..)| *known).collect();
                        known.extend(self.variables.iter().map(|(name, _)| name.as_str()));
                        fail(span, format!("`{name}` is not a fact"), Some(choose_from(&name, &known)))
                    }
                }
            }
            Token::Sign(_) | Token::End => self.unexpected("a value"),
        }
    }

    fn list(&mut self) -> Result<Read> {
        let (start, _) = self.span();
        self.step();
        let mut entries: Vec<Read> = Vec::new();
        let (_, mut end) = self.span();
        if !self.takes("]") {
            loop {
                let entry = self.choice()?;
                if let Some(first) = entries.first().filter(|first| first.kind != entry.kind) {
                    let message =
                        format!("this is {}, and the first entry is {}", entry.kind.phrase(), first.kind.phrase());
                    return fail(entry.span, message, None);
                }
                entries.push(entry);
                if !self.takes(",") {
                    end = self.expect("]")?;
                    break;
                }
            }
        }
        let kind = entries.first().map_or(Type::List(&Type::Text), |entry| entry.kind.listed());
        Ok(Read { expr: Expr::List(entries.into_iter().map(|entry| entry.expr).collect()), kind, span: (start, end) })
    }

    fn function(&mut self, name: &str, span: (usize, usize)) -> Result<Read> {
        let mut arguments = Vec::new();
        let end = self.arguments(&mut arguments)?;
        let whole = (span.0, end);
        match (name, arguments.len()) {
            ("has", 1) => {
                let asked = arguments.remove(0);
                if !matches!(asked.expr, Expr::Field(..)) {
                    return fail(asked.span, "`has` asks for a field", Some("write has(component.license)".to_owned()));
                }
                Ok(Read { expr: Expr::Has(asked.expr.into()), kind: Type::Bool, span: whole })
            }
            ("size", 1) => sized(arguments.remove(0), whole),
            ("has" | "size", count) => fail(whole, format!("`{name}` takes 1 argument(s), not {count}"), None),
            _ if METHODS.contains(&name) => fail(
                span,
                format!("`{name}` stands behind what it asks"),
                Some(format!("write component.name.{name}(…)")),
            ),
            _ => fail(span, format!("`{name}` is not a function"), Some(choose_from(name, &["has", "size"]))),
        }
    }
}

fn want(read: &Read, kind: Type, of: &str) -> Result<()> {
    if read.kind == kind {
        return Ok(());
    }
    fail(read.span, format!("{of} needs {}, and this is {}", kind.phrase(), read.kind.phrase()), None)
}

fn logical(left: Read, right: Read, of: &str, make: fn(Box<Expr>, Box<Expr>) -> Expr) -> Result<Read> {
    want(&left, Type::Bool, of)?;
    want(&right, Type::Bool, of)?;
    Ok(Read { span: (left.span.0, right.span.1), kind: Type::Bool, expr: make(left.expr.into(), right.expr.into()) })
}

fn computed(operation: Operation, left: Read, right: Read) -> Result<Read> {
    let span = (left.span.0, right.span.1);
    let fits = match left.kind {
        Type::Int => true,
        Type::Double => operation != Operation::Remainder,
        Type::Text => operation == Operation::Add,
        _ => false,
    };
    if left.kind != right.kind || !fits {
        let message = format!("{} and {} cannot be put together so", left.kind.phrase(), right.kind.phrase());
        return fail(span, message, None);
    }
    let kind = left.kind;
    Ok(Read { expr: Expr::Compute(operation, left.expr.into(), right.expr.into()), kind, span })
}

fn sized(of: Read, span: (usize, usize)) -> Result<Read> {
    if !matches!(of.kind, Type::Text | Type::List(_)) {
        return fail(of.span, format!("`size` counts a text or a list, and this is {}", of.kind.phrase()), None);
    }
    Ok(Read { expr: Expr::Size(of.expr.into()), kind: Type::Int, span })
}

fn field(of: Read, name: &str, span: (usize, usize)) -> Result<Read> {
    let Type::Record(record) = of.kind else {
        let help = match of.kind {
            Type::List(_) => Some("a list is gone through with exists, all or filter".to_owned()),
            _ => None,
        };
        return fail(span, format!("{} has no field `{name}`", of.kind.phrase()), help);
    };
    match record.fields.iter().find(|field| field.name == name) {
        Some(field) => {
            Ok(Read { span: (of.span.0, span.1), kind: field.kind, expr: Expr::Field(of.expr.into(), field) })
        }
        None => {
            let names: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
            fail(span, format!("`{name}` is not a field of {}", record.name), Some(choose_from(name, &names)))
        }
    }
}

fn is_in(left: Read, right: Read) -> Result<Read> {
    let span = (left.span.0, right.span.1);
    let Type::List(element) = right.kind else {
        let help = matches!(right.kind, Type::Text).then(|| "write text.contains(part)".to_owned());
        return fail(right.span, format!("`in` looks into a list, and this is {}", right.kind.phrase()), help);
    };
    let empty = matches!(&right.expr, Expr::List(entries) if entries.is_empty());
    if *element != left.kind && !empty {
        return fail(span, format!("{} is looked for in {}", left.kind.phrase(), right.kind.phrase()), None);
    }
    known_word(&right, &left)?;
    if let Expr::List(entries) = &right.expr {
        for entry in entries {
            check_word(&left, entry, right.span)?;
        }
    }
    Ok(Read { expr: Expr::In(left.expr.into(), right.expr.into()), kind: Type::Bool, span })
}

/// A word that a fact can never be is a mistake.
fn known_word(fact: &Read, word: &Read) -> Result<()> {
    check_word(fact, &word.expr, word.span)
}

fn check_word(fact: &Read, word: &Expr, span: (usize, usize)) -> Result<()> {
    let (Expr::Field(_, Field { words: Some(words), name, .. }), Expr::Text(word)) = (&fact.expr, word) else {
        return Ok(());
    };
    let words = words();
    if words.contains(&word.as_str()) {
        return Ok(());
    }
    fail(span, format!("`{name}` is never `{}`", word.escape_debug()), Some(choose_from(word, &words)))
}
