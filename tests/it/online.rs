//! The network: closed unless asked for by name, and then against servers of this machine that speak the real shapes.

use super::world::{PACKAGE_JSON, PACKAGE_LOCK, Ran, World};

/// The tree in `tree/`, beside which lie settings, caches and data. `kit` has no license in it.
fn world() -> World {
    let world = World::new();
    world.write("tree/package.json", PACKAGE_JSON);
    let kit = "      \"license\": \"MIT\",\n";
    assert!(PACKAGE_LOCK.contains(kit));
    world.write("tree/package-lock.json", &PACKAGE_LOCK.replace(kit, ""));
    world
}

fn run(world: &World, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = world.sepal();
    for name in
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"]
    {
        command.env_remove(name);
    }
    command
        .env("XDG_CONFIG_HOME", world.path().join("config"))
        .env("XDG_CACHE_HOME", world.path().join("cache"))
        .env("XDG_DATA_HOME", world.path().join("data"))
        .env_remove("SEPAL_OFFLINE")
        .envs(environment.iter().copied());
    Ran(command.args(arguments).output().unwrap())
}

const CHECK: &[&str] = &["check", "tree", "--online", "--format", "json"];

#[test]
fn it_can_be_forbidden_and_settings_are_the_users_own() {
    let world = world();
    let ran = run(&world, CHECK, &[("SEPAL_OFFLINE", "1")]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("forbidden by SEPAL_OFFLINE"), "{}", ran.stderr());

    world.write("config/sepal/settings.toml", "[online]\nforbidden = true\n");
    for arguments in [CHECK, &["advisories", "update"]] {
        let ran = run(&world, arguments, &[]);
        assert_eq!(ran.code(), 2, "{arguments:?}");
        assert!(ran.stderr().contains("forbidden by `forbidden` in the settings"), "{}", ran.stderr());
    }

    world.write("config/sepal/settings.toml", "[online]\nforbiden = true\n");
    let ran = run(&world, CHECK, &[]);
    assert_eq!(ran.code(), 2);
    let said = ran.stderr();
    assert!(said.contains("settings.toml:2:1: `forbiden` is not a key of [online]"), "{said}");
    assert!(said.contains("did you mean `forbidden`?") && said.contains("^^^^^^^^"), "{said}");
    // Without the flag nobody reads them.
    assert!(run(&world, &["check", "tree"], &[]).code() < 2);

    // A scanned tree has no say: there is no such table in a policy.
    world.write("config/sepal/settings.toml", "");
    world.write("tree/sepal.toml", "[online]\naggregator = \"https://evil.example\"\n");
    let ran = run(&world, CHECK, &[]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("`online` is not a key of a policy"), "{}", ran.stderr());
    assert_eq!(run(&world, &["check", "tree", "--online", "--settings", "none.toml"], &[]).code(), 2);
}

#[cfg(not(feature = "online"))]
#[test]
fn a_build_without_the_network_says_so() {
    let world = world();
    for arguments in [CHECK, &["advisories", "update", "--from", "https://mirror.example"]] {
        let ran = run(&world, arguments, &[]);
        assert_eq!(ran.code(), 2, "{arguments:?}");
        assert!(ran.stderr().contains("built without the feature `online`"), "{}", ran.stderr());
    }
}

#[cfg(feature = "online")]
mod stub {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    /// What a client asked.
    #[derive(Clone, Debug)]
    pub struct Asked {
        pub target: String,
        pub headers: Vec<(String, String)>,
    }

    impl Asked {
        pub fn header(&self, name: &str) -> Option<&str> {
            self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
        }
    }

    /// What it is told.
    #[derive(Clone, Debug, Default)]
    pub struct Told {
        pub status: u16,
        pub headers: Vec<(&'static str, String)>,
        pub body: Vec<u8>,
        /// Break off after so many bytes of the content.
        pub cut: Option<usize>,
        /// Rest after so many bytes each time.
        pub slow: Option<(usize, Duration)>,
    }

    impl Told {
        pub fn status(status: u16) -> Self {
            Self { status, ..Self::default() }
        }

        pub fn json(value: &serde_json::Value) -> Self {
            Self { status: 200, body: serde_json::to_vec(value).unwrap(), ..Self::default() }
        }

        pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
            self.headers.push((name, value.into()));
            self
        }
    }

    /// A file as a storage service offers it: with an ETag, and in parts.
    pub fn file(asked: &Asked, bytes: &[u8], etag: &str) -> Told {
        if asked.header("if-none-match") == Some(etag) {
            return Told::status(304).with("ETag", etag);
        }
        let from =
            asked.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        let told = match from.filter(|_| asked.header("if-range") == Some(etag)) {
            Some(from) if from >= bytes.len() => Told::status(416),
            Some(from) => Told { status: 206, body: bytes[from..].to_vec(), ..Told::default() }
                .with("Content-Range", format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len())),
            None => Told { status: 200, body: bytes.to_vec(), ..Told::default() },
        };
        told.with("ETag", etag)
    }

    type Answers = dyn Fn(&Asked) -> Told + Send + Sync;

    /// A server that answers each connection once, and remembers what it was asked.
    pub struct Server {
        pub port: u16,
        asked: Arc<Mutex<Vec<Asked>>>,
    }

    impl Server {
        pub fn start(answers: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Self {
            Self::wrapped(answers, |stream, serve| serve(&mut { stream }))
        }

        /// One whose connections are wrapped in something.
        pub fn wrapped(
            answers: impl Fn(&Asked) -> Told + Send + Sync + 'static,
            wrap: impl Fn(TcpStream, &dyn Fn(&mut dyn ReadWrite)) + Send + Sync + 'static,
        ) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let asked = Arc::new(Mutex::new(Vec::new()));
            let (answers, wrap, log): (Arc<Answers>, _, _) = (Arc::new(answers), Arc::new(wrap), asked.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (answers, wrap, log) = (answers.clone(), wrap.clone(), log.clone());
                    std::thread::spawn(move || wrap(stream, &|stream| serve(stream, &*answers, &log)));
                }
            });
            Self { port, asked }
        }

        pub fn url(&self) -> String {
            format!("http://127.0.0.1:{}", self.port)
        }

        /// What was asked since it was asked last.
        pub fn asked(&self) -> Vec<Asked> {
            std::mem::take(&mut *self.asked.lock().unwrap())
        }
    }

    pub trait ReadWrite: Read + Write {}
    impl<T: Read + Write> ReadWrite for T {}

    fn serve(stream: &mut dyn ReadWrite, answers: &Answers, log: &Mutex<Vec<Asked>>) {
        let mut lines = BufReader::new(&mut *stream);
        let mut first = String::new();
        if lines.read_line(&mut first).is_err() || first.is_empty() {
            return;
        }
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).is_err() || line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let mut words = first.split(' ');
        assert_eq!(words.next(), Some("GET"));
        let asked = Asked { target: words.next().unwrap().to_owned(), headers };
        log.lock().unwrap().push(asked.clone());
        let told = answers(&asked);
        let mut head = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", told.status);
        if told.status != 304 {
            head.push_str(&format!("Content-Length: {}\r\n", told.body.len()));
        }
        for (name, value) in &told.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let body = &told.body[..told.cut.unwrap_or(told.body.len()).min(told.body.len())];
        // A client that went away is a client that went away.
        let _ = stream.write_all(head.as_bytes());
        match told.slow {
            None => drop(stream.write_all(body)),
            Some((piece, rest)) => {
                for piece in body.chunks(piece) {
                    if stream.write_all(piece).and_then(|()| stream.flush()).is_err() {
                        return;
                    }
                    std::thread::sleep(rest);
                }
            }
        }
        let _ = stream.flush();
    }
}

#[cfg(feature = "online")]
mod licenses {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde_json::{Value, json};

    use super::stub::{Asked, Server, Told};
    use super::{CHECK, Ran, World, run, world};

    const KIT: &str = "/v3/systems/npm/packages/kit/versions/2.0.1";

    /// deps.dev, as far as it is asked here.
    fn aggregator(asked: &Asked) -> Told {
        if asked.target != KIT {
            return Told { status: 404, body: b"version not found".to_vec(), ..Told::default() };
        }
        Told::json(&json!({
            "versionKey": { "system": "NPM", "name": "kit", "version": "2.0.1" },
            "publishedAt": "2024-01-01T00:00:00Z", "isDefault": true, "licenses": ["MIT"],
            "licenseDetails": [{ "license": "MIT", "spdx": "MIT" }], "advisoryKeys": [], "links": [],
        }))
        .with("Content-Type", "application/json")
        .with("ETag", "\"kit-1\"")
    }

    fn settings(world: &World, text: &str) {
        world.write(
            "config/sepal/settings.toml",
            &format!("[online]\ntries = 2\npublic-registries = [\"registry.example\"]\n{text}"),
        );
    }

    fn component(ran: &Ran, name: &str) -> Value {
        let report = ran.json();
        let components = report["components"].as_array().unwrap();
        components.iter().find(|component| component["purl"] == name).unwrap_or_else(|| panic!("{report}")).clone()
    }

    fn kit(ran: &Ran) -> Value {
        component(ran, "pkg:npm/kit@2.0.1")
    }

    #[test]
    fn what_nothing_here_states_is_asked_for_once_and_kept() {
        let world = world();
        let server = Server::start(aggregator);
        settings(&world, &format!("aggregator = \"{}/\"\n", server.url()));
        let offline = run(&world, &["check", "tree", "--format", "json"], &[]);
        assert!(kit(&offline)["licensing"]["declared"].as_array().is_none_or(Vec::is_empty));
        assert!(server.asked().is_empty());

        let first = run(&world, CHECK, &[]);
        let asked = server.asked();
        // Only what nothing here states, and nothing but its name and version.
        assert_eq!(asked.iter().map(|asked| asked.target.as_str()).collect::<Vec<_>>(), [KIT]);
        assert!(asked[0].header("user-agent").unwrap().starts_with("sepal/"));
        let kit = kit(&first);
        let text = kit.to_string();
        assert!(text.contains("\"MIT\"") && text.contains("\"online\""), "{text}");
        assert!(text.contains(&format!("{}{KIT}", server.url())), "the evidence is where it was asked: {text}");
        assert!(text.contains("deps.dev on 2026-09-21T"), "{text}");
        assert_eq!(first.json()["run"]["offline"], false);
        assert_eq!(first.json()["coverage"]["by_source"]["online"], 1);

        let second = run(&world, CHECK, &[]);
        assert!(server.asked().is_empty());
        assert_eq!(first.0.stdout, second.0.stdout);

        // Two months later an unchanged answer costs no content.
        let third = run(&world, CHECK, &[("SOURCE_DATE_EPOCH", "1795000000")]);
        let asked = server.asked();
        assert_eq!(asked[0].header("if-none-match"), Some("\"kit-1\""));
        assert!(third.stdout().contains("\"online\""));
        let human = run(&world, &["check", "tree", "--online"], &[]);
        assert!(human.stdout().contains("online 1"), "{}", human.stdout());
        let bom = run(&world, &["scan", "tree", "--online", "-o", "cyclonedx-json"], &[]);
        assert!(bom.stdout().contains(KIT) && server.asked().is_empty());
    }

    #[test]
    fn names_from_a_registry_that_nobody_calls_public_stay_here() {
        let world = world();
        let server = Server::start(aggregator);
        world.write("config/sepal/settings.toml", &format!("[online]\naggregator = \"{}\"\n", server.url()));
        let ran = run(&world, CHECK, &[]);
        assert!(server.asked().is_empty());
        let diagnostics = ran.json()["diagnostics"].to_string();
        assert!(diagnostics.contains("nothing says that what comes from registry.example is public"), "{diagnostics}");
    }

    #[test]
    fn no_answer_is_no_license_and_no_pass() {
        let world = world();
        let server = Server::start(|_| Told::status(503));
        settings(&world, &format!("aggregator = \"http://user:hunter2@127.0.0.1:{}\"\n", server.port));
        world.write("tree/sepal.toml", "[completeness]\nrequire = true\n\n[rules]\n\"legal/component-no-license\" = \"off\"\n[licenses]\nallow=[\"class:permissive\", \"GPL-3.0-only\"]\n");
        let ran = run(&world, CHECK, &[]);
        assert_eq!(server.asked().len(), 2);
        let report = ran.json();
        let diagnostics = report["diagnostics"].to_string();
        assert!(diagnostics.contains("\"unanswered\"") && diagnostics.contains("status 503"), "{diagnostics}");
        assert_ne!(ran.code(), 0, "{report}");
        for text in [ran.stdout(), ran.stderr()] {
            assert!(!text.contains("hunter2"), "{text}");
        }
        assert!(kit(&ran)["licensing"]["declared"].as_array().is_none_or(Vec::is_empty));
    }

    #[test]
    fn a_server_that_asks_to_wait_is_waited_for() {
        let world = world();
        let count = AtomicU32::new(0);
        let server = Server::start(move |asked| match count.fetch_add(1, Ordering::SeqCst) {
            0 => Told::status(429).with("Retry-After", "1"),
            _ => aggregator(asked),
        });
        settings(&world, &format!("aggregator = \"{}\"\n", server.url()));
        let began = std::time::Instant::now();
        assert!(kit(&run(&world, CHECK, &[])).to_string().contains("\"online\""));
        assert!(began.elapsed().as_millis() >= 990);
        assert_eq!(server.asked().len(), 2);
    }

    #[test]
    fn a_registry_of_ones_own_is_asked_alone_and_with_its_token_alone() {
        let world = world();
        let public = Server::start(aggregator);
        // Has no documents of single versions.
        let own = Server::start(|asked| match asked.target.as_str() {
            "/npm/kit" => Told::json(&json!({ "name": "kit", "versions": {
                "2.0.1": { "name": "kit", "version": "2.0.1", "license": "BSD-3-Clause" },
                "2.0.2": { "name": "kit", "version": "2.0.2", "license": "GPL-3.0-only" },
            } })),
            _ => Told::status(404),
        });
        settings(
            &world,
            &format!(
                "aggregator = \"{}\"\n\n[[online.registry]]\nname = \"acme\"\nkind = \"npm\"\nurl = \"{}/npm\"\n\
                 packages = [\"pkg:npm/kit\"]\ntoken-from = \"ACME_TOKEN\"\n",
                public.url(),
                own.url()
            ),
        );
        let ran = run(&world, CHECK, &[]);
        assert_eq!(ran.code(), 2);
        assert!(ran.stderr().contains("ACME_TOKEN, which the settings name, is not set"), "{}", ran.stderr());
        let ran = run(&world, CHECK, &[("ACME_TOKEN", "hunter2")]);
        assert!(kit(&ran).to_string().contains("BSD-3-Clause"), "{}", kit(&ran));
        assert!(kit(&ran).to_string().contains("acme on "));
        assert!(public.asked().is_empty());
        let asked = own.asked();
        assert_eq!(asked.iter().map(|asked| asked.target.as_str()).collect::<Vec<_>>(), ["/npm/kit/2.0.1", "/npm/kit"]);
        assert!(asked.iter().all(|asked| asked.header("authorization") == Some("Bearer hunter2")));
        assert!(!ran.stdout().contains("hunter2") && !ran.stderr().contains("hunter2"));
    }

    #[test]
    fn proxies_of_the_environment_are_used() {
        let world = world();
        let proxy = Server::start(|asked| {
            let target = asked.target.strip_prefix("http://aggregator.example").unwrap_or_default().to_owned();
            aggregator(&Asked { target, ..asked.clone() })
        });
        settings(&world, "aggregator = \"http://aggregator.example\"\n");
        let ran = run(&world, CHECK, &[("http_proxy", &proxy.url())]);
        assert!(kit(&ran).to_string().contains("\"online\""), "{}", ran.stdout());
        assert_eq!(proxy.asked()[0].target, format!("http://aggregator.example{KIT}"));
    }

    /// A server that speaks TLS, with a certificate of the authority in `fixtures/tls`.
    fn encrypted(answers: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Server {
        use rustls::pki_types::pem::PemObject;
        use rustls::pki_types::{CertificateDer, PrivateKeyDer};
        let fixture = |name: &str| format!("{}/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"));
        let certificate = CertificateDer::from_pem_file(fixture("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = std::sync::Arc::new(config);
        Server::wrapped(answers, move |stream, serve| {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            serve(&mut stream);
            stream.conn.send_close_notify();
            let _ = std::io::Write::flush(&mut stream);
        })
    }

    #[test]
    fn certificates_of_ones_own_authority_are_trusted_when_named_and_not_before() {
        let world = world();
        let server = encrypted(aggregator);
        let bundle = format!("{}/fixtures/tls/ca.pem", env!("CARGO_MANIFEST_DIR"));
        settings(&world, &format!("aggregator = \"https://localhost:{}\"\n", server.port));
        let ran = run(&world, CHECK, &[]);
        assert!(ran.stdout().contains("\"unanswered\""), "{}", ran.stdout());
        let arguments = [CHECK, &["--ca-bundle", &bundle]].concat();
        let ran = run(&world, &arguments, &[]);
        assert!(kit(&ran).to_string().contains("\"online\""), "{}", ran.stdout());

        let none = world.write("none.pem", "nothing");
        let ran = run(&world, &[CHECK, &["--ca-bundle", none.to_str().unwrap()]].concat(), &[]);
        assert_eq!(ran.code(), 2);
        assert!(ran.stderr().contains("there is no certificate in it"), "{}", ran.stderr());
    }

    #[test]
    fn no_redirect_leads_from_an_encrypted_connection_to_an_open_one() {
        let world = world();
        let open = Server::start(aggregator);
        let target = format!("{}{KIT}", open.url());
        let server = encrypted(move |_| Told::status(302).with("Location", target.clone()));
        let bundle = format!("{}/fixtures/tls/ca.pem", env!("CARGO_MANIFEST_DIR"));
        settings(&world, &format!("aggregator = \"https://localhost:{}\"\nca-bundle = \"{bundle}\"\n", server.port));
        let ran = run(&world, CHECK, &[]);
        assert!(ran.stdout().contains("redirects to where sepal does not follow"), "{}", ran.stdout());
        assert!(open.asked().is_empty());

        let round = Server::start(|asked| Told::status(302).with("Location", asked.target.clone()));
        settings(&world, &format!("aggregator = \"{}\"\n", round.url()));
        assert!(run(&world, CHECK, &[]).stdout().contains("more than 5 in a row"));
        assert_eq!(round.asked().len(), 6);
    }
}

#[cfg(feature = "online")]
mod advisories {
    use std::io::{Cursor, Write};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use serde_json::{Value, json};
    use sha2::{Digest, Sha256};

    use super::stub::{Asked, Server, Told, file};
    use super::{Ran, World, run, world};

    /// An archive of records, with content that does not compress so that it has some length.
    fn archive(records: usize, length: usize) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for number in 0..records {
            let record = json!({
                "id": format!("ACME-{number}"), "modified": "2026-01-01T00:00:00Z", "summary": "x".repeat(length),
                "affected": [{ "package": { "ecosystem": "npm", "name": format!("kit-{number}") }, "versions": ["1.0.0"] }],
            });
            zip.start_file(format!("ACME-{number}.json"), stored).unwrap();
            zip.write_all(&serde_json::to_vec(&record).unwrap()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A bucket whose content changes.
    #[derive(Clone, Default)]
    struct Bucket(Arc<Mutex<(Vec<u8>, String)>>);

    impl Bucket {
        fn put(&self, bytes: Vec<u8>, etag: &str) {
            *self.0.lock().unwrap() = (bytes, format!("\"{etag}\""));
        }

        fn answer(&self, asked: &Asked) -> Told {
            let (bytes, etag) = self.0.lock().unwrap().clone();
            match asked.target.as_str() {
                "/npm/all.zip" => file(asked, &bytes, &etag),
                _ => Told::status(404),
            }
        }
    }

    fn update(world: &World, server: &Server) -> Ran {
        run(world, &["advisories", "update", "--from", &server.url(), "--ecosystem", "npm", "--json"], &[])
    }

    fn records(world: &World) -> Value {
        run(world, &["advisories", "status", "--json"], &[]).json()["records"].clone()
    }

    /// The index itself, to see that it stays.
    fn index(world: &World) -> Vec<u8> {
        std::fs::read(world.path().join("data/sepal/advisories.sepal")).unwrap()
    }

    #[test]
    fn an_update_brings_what_is_new_and_nothing_else() {
        let world = world();
        let bucket = Bucket::default();
        bucket.put(archive(3, 10), "one");
        let kev = json!({ "title": "x", "catalogVersion": "2026.01.01", "dateReleased": "2026-01-01T00:00:00Z", "count": 1,
            "vulnerabilities": [{ "cveID": "CVE-2026-0001", "dateAdded": "2026-01-01", "dueDate": "2026-02-01",
                "knownRansomwareCampaignUse": "Known", "vendorProject": "a", "product": "b", "vulnerabilityName": "c",
                "shortDescription": "d", "requiredAction": "e", "notes": "" }] });
        let answers = bucket.clone();
        let server = Server::start(move |asked| match asked.target.as_str() {
            "/kev.json" => file(asked, &serde_json::to_vec(&kev).unwrap(), "\"kev\""),
            "/epss.csv" => file(
                asked,
                b"#model_version:v1,score_date:2026-01-01T00:00:00Z\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n",
                "\"e\"",
            ),
            _ => answers.answer(asked),
        });
        let (kev, epss) = (format!("{}/kev.json", server.url()), format!("{}/epss.csv", server.url()));
        let url = server.url();
        // Every known ecosystem is looked for, and of those that the mirror has not, that is said.
        let all = ["advisories", "update", "--from", &url, "--known-exploited", &kev, "--epss", &epss];
        let ran = run(&world, &all, &[]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert!(
            ran.stderr().contains("npm: new, ") && ran.stderr().contains("PyPI: the mirror has none"),
            "{}",
            ran.stderr()
        );
        assert!(ran.stdout().contains("3 advisories") && ran.stdout().contains("known exploited vulnerabilities: 1"));
        assert!(ran.stdout().contains("EPSS scores: 1, of 2026-01-01"), "{}", ran.stdout());
        assert!(server.asked().iter().any(|asked| asked.target == "/GitHub%20Actions/all.zip"));

        // Later, and nothing has changed.
        let before = index(&world);
        let ran = run(&world, &all, &[("SOURCE_DATE_EPOCH", "1795000000")]);
        assert!(
            ran.stderr().contains("npm: unchanged") && ran.stderr().contains("nothing has changed"),
            "{}",
            ran.stderr()
        );
        let asked = server.asked();
        let npm = asked.iter().find(|asked| asked.target == "/npm/all.zip").unwrap();
        assert_eq!(npm.header("if-none-match"), Some("\"one\""));
        assert!(before == index(&world), "an unchanged mirror changes nothing here");

        bucket.put(archive(5, 10), "two");
        assert_eq!(update(&world, &server).json()["records"], 5);
        // What was fetched before is still known.
        assert_eq!(run(&world, &["advisories", "status", "--json"], &[]).json()["exploited"][1], 1);
        // An ecosystem asked for by name must be there; so must one that was there before.
        let ran = run(&world, &["advisories", "update", "--from", &url, "--ecosystem", "PyPI"], &[]);
        assert_eq!(ran.code(), 2);
        assert!(
            ran.stderr().contains("there is nothing at") && ran.stderr().contains("/PyPI/all.zip"),
            "{}",
            ran.stderr()
        );
        let ran = run(&world, &["advisories", "update", "--from", &url, "--for", "tree"], &[]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(records(&world), 5);
    }

    #[test]
    fn what_was_interrupted_goes_on_and_what_has_changed_begins_again() {
        let world = world();
        let bytes = archive(20, 10_000);
        let (half, count) = (bytes.len() / 2, Arc::new(AtomicUsize::new(0)));
        let bucket = Bucket::default();
        bucket.put(bytes.clone(), "one");
        let (answers, counted) = (bucket.clone(), count.clone());
        let server = Server::start(move |asked| {
            let told = answers.answer(asked);
            let cut = (counted.fetch_add(1, Ordering::SeqCst) == 0).then_some(half);
            Told { cut, ..told }
        });
        let ran = update(&world, &server);
        assert_eq!(ran.json()["records"], 20, "{}", ran.stderr());
        let asked = server.asked();
        assert_eq!(asked[1].header("range"), Some(format!("bytes={half}-").as_str()));
        assert_eq!(asked[1].header("if-range"), Some("\"one\""));

        // Interrupted again, and by the next time the server has something else.
        bucket.put(archive(21, 10_000), "two");
        count.store(0, Ordering::SeqCst);
        world.write("config/sepal/settings.toml", "[online]\nrequests = 1\n");
        let ran = update(&world, &server);
        assert_eq!(ran.code(), 2);
        assert!(ran.stderr().contains("budget"), "{}", ran.stderr());
        assert_eq!(records(&world), 20);
        bucket.put(archive(22, 10_000), "three");
        world.write("config/sepal/settings.toml", "");
        server.asked();
        assert_eq!(update(&world, &server).json()["records"], 22);
        let asked = server.asked();
        assert_eq!(asked[0].header("if-range"), Some("\"two\""), "{asked:?}");
    }

    #[test]
    fn a_failed_update_leaves_the_old_data_in_use() {
        let world = world();
        let good = archive(4, 100);
        let told: Arc<Mutex<(Told, Option<String>)>> = Arc::default();
        let answers = told.clone();
        let server = Server::start(move |asked| {
            let (told, sum) = answers.lock().unwrap().clone();
            match (asked.target.as_str(), sum) {
                ("/npm/all.zip", _) => told,
                ("/npm/all.zip.sha256", Some(sum)) => Told { status: 200, body: sum.into_bytes(), ..Told::default() },
                _ => Told::status(404),
            }
        });
        let whole = |bytes: &[u8]| Told { status: 200, body: bytes.to_vec(), ..Told::default() };
        let sum = |bytes: &[u8]| {
            let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            Some(format!("{hex}  all.zip\n"))
        };
        *told.lock().unwrap() = (whole(&good), sum(&good));
        assert_eq!(update(&world, &server).json()["records"], 4);
        let before = index(&world);

        let newer = archive(6, 100);
        let mut mangled = newer.clone();
        mangled[200] ^= 1;
        let empty = zip::ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner();
        world.write("config/sepal/settings.toml", "[online]\ntries = 2\nsilence = 1\n");
        for (what, bad, sums, says) in [
            ("cut short", whole(&newer[..newer.len() / 2]), None, "not whole"),
            ("a bit is another", whole(&mangled), None, "not whole"),
            ("no archive", whole(b"<html>sign in</html>"), None, "not whole"),
            ("empty", whole(&empty), None, "no records"),
            ("another checksum", whole(&newer), sum(&good), "SHA-256"),
            ("no checksum", whole(&newer), Some("none".to_owned()), "does not begin with a SHA-256"),
            ("server trouble", Told::status(500), None, "status 500"),
            ("forbidden", Told::status(403), None, "status 403"),
            ("gone", Told::status(404), None, "there is nothing at"),
            ("broken off", Told { cut: Some(0), ..whole(&newer) }, None, "could not be reached"),
            (
                "silence",
                Told { slow: Some((10, Duration::from_secs(3))), ..whole(&newer) },
                None,
                "could not be reached",
            ),
        ] {
            *told.lock().unwrap() = (bad, sums);
            let ran = update(&world, &server);
            assert_eq!(ran.code(), 2, "{what}: {}{}", ran.stdout(), ran.stderr());
            assert!(ran.stderr().contains(says), "{what}: {}", ran.stderr());
            assert!(before == index(&world), "{what}");
        }
        *told.lock().unwrap() = (whole(&newer), sum(&newer));
        assert_eq!(update(&world, &server).json()["records"], 6);
    }

    #[test]
    fn killed_at_any_moment_it_leaves_the_old_or_the_new() {
        let world = world();
        let bucket = Bucket::default();
        bucket.put(archive(100, 2_000), "0");
        let answers = bucket.clone();
        let server = Server::start(move |asked| {
            // Slow enough that there are moments to be killed in.
            Told { slow: Some((20_000, Duration::from_millis(4))), ..answers.answer(asked) }
        });
        assert_eq!(update(&world, &server).json()["records"], 100);
        let mut known = 100;
        let mut killed = 0;
        for round in 1..=24_usize {
            let newer = 100 + round;
            bucket.put(archive(newer, 2_000), &round.to_string());
            let mut command = world.sepal();
            command
                .env("XDG_CONFIG_HOME", world.path().join("config"))
                .env("XDG_DATA_HOME", world.path().join("data"))
                .args(["advisories", "update", "--from", &server.url(), "--ecosystem", "npm"])
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            let mut child = command.spawn().unwrap();
            std::thread::sleep(Duration::from_millis(8 * round as u64));
            killed += usize::from(child.try_wait().unwrap().is_none());
            let _ = child.kill();
            child.wait().unwrap();
            let now = records(&world);
            assert!(now == known || now == newer, "round {round}: {now} records, neither {known} nor {newer}");
            known = usize::try_from(now.as_u64().unwrap()).unwrap();
        }
        assert!(killed > 0, "no update was interrupted: the test shows nothing");
        assert_eq!(update(&world, &server).json()["records"], 124);
        // Nothing is left lying about but what is there and what it was made of.
        let left = std::fs::read_dir(world.path().join("data/sepal/advisories.sepal.sources")).unwrap();
        let mut names: Vec<String> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.contains(".part"));
        assert_eq!(names, Vec::<String>::new());
    }
}

#[cfg(feature = "online")]
mod policies {
    use sha2::{Digest, Sha256};

    use super::stub::{Server, Told};
    use super::{Ran, World, run, world};

    const ORG: &str = "extends = [\"builtin:baseline\"]\n[licenses]\ndeny = [\"Apache-2.0\"]\n";

    fn digest(text: &str) -> String {
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn extends(world: &World, server: &Server, sha256: &str) {
        let url = format!("{}/org.toml", server.url());
        world.write("tree/sepal.toml", &format!("extends = [{{ url = \"{url}\", sha256 = \"{sha256}\" }}]\n"));
    }

    fn check(world: &World) -> Ran {
        run(world, &["check", "tree"], &[])
    }

    #[test]
    fn a_policy_of_the_web_is_fetched_by_name_only_and_counts_from_the_cache() {
        let server = Server::start(|_| Told { status: 200, body: ORG.into(), ..Told::default() });
        let world = world();
        extends(&world, &server, &digest(ORG));
        let ran = check(&world);
        assert_eq!(ran.code(), 2);
        let said = ran.stderr();
        assert!(said.contains("is not on this machine") && said.contains("sepal policy update"), "{said}");
        assert!(server.asked().is_empty(), "a check asks nobody");

        let ran = run(&world, &["policy", "update", "tree"], &[]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(server.asked().len(), 1);
        let ran = check(&world);
        assert_eq!(ran.code(), 1, "{}", ran.stderr());
        assert!(ran.stdout().contains("/org.toml@") && ran.stdout().contains("Apache-2.0"), "{}", ran.stdout());
        let again = run(&world, &["policy", "update", "tree"], &[]);
        assert!(again.stderr().contains("is here already"), "{}", again.stderr());
        assert!(server.asked().is_empty(), "what is here is not asked for");
        let shown = run(&world, &["policy", "show", "tree"], &[]);
        assert!(shown.stdout().contains("/org.toml@"), "{}", shown.stdout());

        // Kept bytes that somebody changed are no longer what the policy asks for.
        let kept = world.path().join("cache/sepal/policies").join(format!("{}.toml", digest(ORG)));
        std::fs::write(&kept, "extends = []\n").unwrap();
        assert_eq!(check(&world).code(), 2);
    }

    #[test]
    fn another_file_than_the_one_that_was_pinned_is_refused() {
        let server = Server::start(|_| Told { status: 200, body: b"extends = []\n".to_vec(), ..Told::default() });
        let world = world();
        extends(&world, &server, &digest(ORG));
        let ran = run(&world, &["policy", "update", "tree"], &[]);
        assert_eq!(ran.code(), 2);
        let said = ran.stderr();
        assert!(said.contains(&digest("extends = []\n")) && said.contains(&digest(ORG)), "{said}");
        assert_eq!(check(&world).code(), 2);
    }

    #[test]
    fn a_missing_file_and_a_forbidden_network_are_told() {
        let server = Server::start(|_| Told::status(404));
        let world = world();
        extends(&world, &server, &digest(ORG));
        let ran = run(&world, &["policy", "update", "tree"], &[]);
        assert!(ran.code() == 2 && ran.stderr().contains("is not there"), "{}", ran.stderr());
        let ran = run(&world, &["policy", "update", "tree"], &[("SEPAL_OFFLINE", "1")]);
        assert!(ran.code() == 2 && ran.stderr().contains("forbidden by SEPAL_OFFLINE"), "{}", ran.stderr());
    }

    #[test]
    fn what_a_policy_of_the_web_extends_is_fetched_too() {
        let inner = "extends = []\n[licenses]\ndeny = [\"MPL-2.0\"]\n";
        let outer = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let told = outer.clone();
        let server = Server::start(move |asked| {
            let body = if asked.target == "/inner.toml" { inner.to_owned() } else { told.lock().unwrap().clone() };
            Told { status: 200, body: body.into_bytes(), ..Told::default() }
        });
        let text = format!("extends = [{{ url = \"{}/inner.toml\", sha256 = \"{}\" }}]\n", server.url(), digest(inner));
        outer.lock().unwrap().clone_from(&text);
        let world = world();
        extends(&world, &server, &digest(&text));
        let ran = run(&world, &["policy", "update", "tree"], &[]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(server.asked().len(), 2);
        assert!(check(&world).code() < 2);
    }
}
