//! The product seen from outside: one binary, one module a subject.

mod world;

mod advisories; // what is publicly known, and the compiled index
mod caches; // what package caches of the machine say of components
mod cli; // arguments, exit codes, stdout and stderr
mod determinism; // the same bytes in give the same bytes out
mod docs; // the pages say what the program does
mod documents; // what other tools wrote, and what people said
mod hostile; // what strangers write must not hurt
mod identify; // which licenses files hold
mod inert; // no socket, no process
mod licenses; // what a project says of its own terms
mod matching; // what is publicly known of components, from the records to the report
mod notice; // documents of attribution
mod obligations; // what licenses ask of whoever gives a product to others
mod online; // what goes out when asked to, and what comes back
mod policy; // the file a person writes, and what it does
mod policy_commands; // what is done with policies beside judging by them
mod policy_git; // policies that are files of a commit
mod python_licenses; // what Python packages declare, and in which order
mod repositories; // whole repositories and the report on each
mod since; // only what is new fails
mod since_papers; // what a change does to a project's own papers, texts and programs
mod versions; // which version is older, and the public suite of version ranges
mod vex; // what people say of vulnerabilities, and what it means for a tree
mod waive; // accepting a finding for a time
mod walking; // what is read, what is not, and what is said about it
