//! HTTP by reqwest and rustls: the only file that knows them.

use std::path::PathBuf;
use std::time::Duration;

use super::{OnlineError, Transport};

/// How the network is reached.
#[derive(Clone, Debug)]
pub struct Wire {
    /// A file of certificates (PEM) of authorities that are trusted beside those of the system.
    pub ca_bundle: Option<PathBuf>,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a server may be silent.
    pub silence: Duration,
}

impl Default for Wire {
    fn default() -> Self {
        Self { ca_bundle: None, connect: Duration::from_secs(15), silence: Duration::from_secs(30) }
    }
}

impl Wire {
    /// The transport. Proxies are taken from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) or the
    /// system's settings.
    ///
    /// # Errors
    /// If certificates cannot be read, if the network library cannot be set up, and always without the feature `online`.
    pub fn transport(&self) -> Result<Box<dyn Transport>, OnlineError> {
        #[cfg(not(feature = "online"))]
        return Err(OnlineError::NotBuilt);
        #[cfg(feature = "online")]
        Ok(Box::new(wire::Http::new(self)?))
    }
}

#[cfg(feature = "online")]
mod wire {
    use std::error::Error;
    use std::fs;

    use reqwest::blocking::{Client, Response};
    use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
    use reqwest::redirect::Policy;

    use super::super::transport::content_range;
    use super::super::{Answer, OnlineError, Request, Transport};
    use super::Wire;

    /// How many redirects are followed.
    const MOST_REDIRECTS: usize = 5;
    const REFUSED: &str = "redirect refused";

    pub(super) struct Http {
        /// For files, which are kept as they come.
        plain: Client,
        /// For answers, which may be packed on the way.
        packed: Client,
    }

    impl Http {
        pub fn new(wire: &Wire) -> Result<Self, OnlineError> {
            // An error says that one is installed already, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let certificates = match &wire.ca_bundle {
                None => Vec::new(),
                Some(path) => {
                    let wrong = |why: String| OnlineError::Certificates { path: path.clone(), why };
                    let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
                    let read = reqwest::Certificate::from_pem_bundle(&bytes).map_err(|error| wrong(reason(error)))?;
                    if read.is_empty() {
                        return Err(wrong("there is no certificate in it".to_owned()));
                    }
                    read
                }
            };
            let build = |packed: bool| {
                let mut builder = Client::builder()
                    .user_agent(concat!("sepal/", env!("CARGO_PKG_VERSION")))
                    .connect_timeout(wire.connect)
                    .timeout(wire.silence)
                    .referer(false)
                    .gzip(packed)
                    .redirect(Policy::custom(|attempt| {
                        let from_private = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
                        if attempt.previous().len() > MOST_REDIRECTS {
                            attempt.error(format!("{REFUSED}: more than {MOST_REDIRECTS} in a row"))
                        } else if from_private && attempt.url().scheme() != "https" {
                            attempt.error(format!("{REFUSED}: from an encrypted connection to an open one"))
                        } else {
                            attempt.follow()
                        }
                    }));
                if !certificates.is_empty() {
                    builder = builder.tls_certs_merge(certificates.clone());
                }
                builder.build().map_err(|error| OnlineError::Start { why: reason(error) })
            };
            Ok(Self { plain: build(false)?, packed: build(true)? })
        }
    }

    /// What went wrong to the bottom, without the address, which may hold credentials.
    fn reason(error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut said = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !said.ends_with(&text) {
                said.push_str(": ");
                said.push_str(&text);
            }
            cause = error.source();
        }
        said
    }

    fn put(headers: &mut HeaderMap, name: HeaderName, value: &str, secret: bool) -> Result<(), OnlineError> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| OnlineError::Start { why: format!("`{name}` cannot be sent with such a value") })?;
        value.set_sensitive(secret);
        headers.insert(name, value);
        Ok(())
    }

    impl Transport for Http {
        fn get(&self, request: &Request) -> Result<Answer, OnlineError> {
            let address = request.address.shown();
            let mut headers = HeaderMap::new();
            put(&mut headers, header::ACCEPT, request.accept, false)?;
            if !request.packed {
                put(&mut headers, header::ACCEPT_ENCODING, "identity", false)?;
            }
            if let Some(etag) = &request.unless {
                put(&mut headers, header::IF_NONE_MATCH, etag, false)?;
            }
            if let Some(since) = &request.since {
                put(&mut headers, header::IF_MODIFIED_SINCE, since, false)?;
            }
            if let Some((from, validator)) = &request.from {
                put(&mut headers, header::RANGE, &format!("bytes={from}-"), false)?;
                put(&mut headers, header::IF_RANGE, validator, false)?;
            }
            if let Some(secret) = &request.secret {
                if !request.address.is_private() {
                    return Err(OnlineError::Exposed { address: address.to_owned() });
                }
                put(&mut headers, header::AUTHORIZATION, &format!("Bearer {}", secret.reveal()), true)?;
            }
            let client = if request.packed { &self.packed } else { &self.plain };
            let response = client.get(request.address.whole()).headers(headers).send().map_err(|error| {
                let redirect = error.is_redirect();
                let (address, why) = (address.to_owned(), reason(error));
                if redirect { OnlineError::Redirect { address, why } } else { OnlineError::Reach { address, why } }
            })?;
            Ok(answer(response))
        }
    }

    fn answer(response: Response) -> Answer {
        let said = |name: HeaderName| {
            let text = response.headers().get(name)?.to_str().ok()?;
            (text.len() <= 1024).then(|| text.to_owned())
        };
        let range = said(header::CONTENT_RANGE);
        Answer {
            status: response.status().as_u16(),
            etag: said(header::ETAG),
            modified: said(header::LAST_MODIFIED),
            length: said(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            part: range.and_then(|range| content_range(&range)),
            retry_after: said(header::RETRY_AFTER),
            body: Box::new(response),
        }
    }
}
