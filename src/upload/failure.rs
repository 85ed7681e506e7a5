//! Why an upload has failed, and what to do about it.

use super::cors;
use super::lint::moment;
use super::redaction::redact;
use super::xml::{self, Answer};
use super::{Sender, retry};

/// A failure in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub title: String,
    /// What to do.
    pub advice: String,
    /// What may be the reason, the likeliest first, where nobody can know.
    pub causes: Vec<String>,
    /// A CORS rule for the bucket, where the lack of one may be the reason.
    pub cors: Option<String>,
    /// What the server said, for a report.
    pub detail: String,
}

/// What there is to know of a request that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Whether any byte has got through to this server.
    pub has_progressed: bool,
    /// Whether the server can be reached at all, if that was tried.
    pub is_reachable: Option<bool>,
    /// Whether it was given up because nothing moved any more.
    pub has_stalled: bool,
}

impl Failure {
    fn new(title: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { title: title.into(), advice: advice.into(), ..Self::default() }
    }

    /// There was no answer, or the browser does not show it; a program may know the `reason`.
    pub fn silence(silence: Silence, sender: &Sender, reason: &str) -> Self {
        let Silence { has_progressed, is_reachable, has_stalled } = silence;
        let Sender::Page { origin } = sender else {
            let title = if has_stalled { STALLED } else { "The server cannot be reached" };
            return Self {
                detail: said(reason),
                ..Self::new(title, "Check the connection and the URL's host, then upload again.")
            };
        };
        let rule = "The bucket's CORS rule does not let this page in. Set the rule below, then retry.";
        let refusal = "The server refused the request, but without CORS headers, so that the browser hides its answer: \
                       the URL was changed, has expired, or is signed for another method, region or header. Make \
                       a new bundle.";
        let network = "The connection was lost, or a proxy or firewall cut it. Check it, then retry: what has \
                       arrived is kept.";
        let away = "The server is not there: its name or port is wrong, or it is down. Check the URL's host.";
        let causes: &[&str] = match (has_progressed, is_reachable) {
            (false, Some(false)) => &[away, network, rule],
            (false, _) => &[rule, refusal, network],
            (true, Some(false)) => &[network, away],
            (true, _) => &[network, refusal, rule],
        };
        Self {
            causes: causes.iter().map(|&cause| cause.to_owned()).collect(),
            cors: (is_reachable != Some(false) || !has_progressed).then(|| cors::rule(origin)),
            ..Self::new(
                if has_stalled {
                    STALLED
                } else {
                    "The server did not answer, or the browser does not show its answer"
                },
                "Browsers do not tell pages why. These are the reasons, the likeliest first:",
            )
        }
    }

    /// The server refused.
    pub fn refused(status: u16, body: &str) -> Self {
        let (code, message) = match xml::parse(body) {
            Some(Answer::Error { code, message }) => (code, message),
            _ => Default::default(),
        };
        let (title, advice) = words(&code, status);
        let words = [code.as_str(), message.as_str()].into_iter().filter(|text| !text.is_empty());
        let detail = said(&words.collect::<Vec<_>>().join(": "));
        Self { detail: format!("HTTP {status} {detail}").trim().to_owned(), ..Self::new(title, advice) }
    }

    /// A URL has expired in the meantime.
    pub(super) fn expired(at: f64) -> Self {
        Self::new(
            format!("The URL expired at {}", moment(at)),
            "Make a new bundle and paste it. A multipart upload keeps its parts: sign its upload_id again to go on \
             with it.",
        )
    }

    /// The bucket hides the ETags that completing needs.
    pub(super) fn hidden_etags(sender: &Sender) -> Self {
        Self {
            cors: match sender {
                Sender::Page { origin } => Some(cors::rule(origin)),
                Sender::Program => None,
            },
            ..Self::new(
                "The parts arrived, but their ETags cannot be read",
                "The bucket's CORS rule does not expose ETag, and the bundle has no list_url to ask for them. Set \
                 the rule below, then retry.",
            )
        }
    }

    /// What was stored is not what was sent.
    pub(super) fn other_content() -> Self {
        Self::new(
            "The server's checksum is not that of the file",
            "Do not use the object: upload again. If the bucket encrypts with KMS, its ETags are no checksums: \
             sign a PUT or a multipart upload instead of the form, whose bodies the server checks itself.",
        )
    }

    /// The file could not be read.
    pub(super) fn unreadable(text: &str) -> Self {
        Self {
            detail: said(text),
            ..Self::new("The file could not be read", "Generate it again, then upload it.")
        }
    }
}

/// What somebody else has said: without secrets, and not too much of it.
fn said(text: &str) -> String {
    redact(text).chars().filter(|c| !c.is_control()).take(500).collect()
}

const STALLED: &str = "The connection stood still for half a minute";

/// Title and advice for one of S3's error codes.
fn words(code: &str, status: u16) -> (&'static str, &'static str) {
    match code {
        "SignatureDoesNotMatch" => (
            "The signature does not fit the request",
            "The URL was changed, or is signed for another method (GET instead of PUT), host or header. Sign it \
             again, and copy all of it.",
        ),
        "AccessDenied" => (
            "Access was denied",
            "The URL has expired or was changed, or who signed it may not write there. Check its expiry and the \
             policy of who signs (docs/uploads.md has one), then make a new bundle.",
        ),
        "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired" => (
            "The session of who signed has ended",
            "URLs end with the session token that they are signed with. Sign in again and make a new bundle.",
        ),
        "RequestTimeTooSkewed" => ("The clocks differ too much", "Set this computer's clock, then retry."),
        "InvalidAccessKeyId" => (
            "The key that signed is not known to the server",
            "It was deleted, or belongs to another S3 service. Sign with another key, or with the right \
             endpoint.",
        ),
        "AuthorizationHeaderMalformed"
        | "AuthorizationQueryParametersError"
        | "PermanentRedirect"
        | "TemporaryRedirect"
        | "IllegalLocationConstraintException" => (
            "The URL is signed for another region or endpoint",
            "Sign with the bucket's own region: scripts/presign.py --region.",
        ),
        "NoSuchBucket" => ("There is no such bucket", "Check the bucket's name and make a new bundle."),
        "NoSuchUpload" | "NoSuchKey" => (
            "The server does not know this multipart upload",
            "It was completed or aborted before, or thrown away by the bucket's lifecycle rule. Make a new \
             bundle.",
        ),
        "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" => (
            "What arrived is not what was sent",
            "Something on the way changes it. Retry, or use another network.",
        ),
        "EntityTooLarge" | "EntityTooSmall" => (
            "The file's size is not allowed",
            "Sign with another content-length-range, or a multipart upload with other parts.",
        ),
        "InvalidPart" | "InvalidPartOrder" => {
            ("The server does not have all the parts", "Retry: what is missing is sent again.")
        }
        "QuotaExceeded" | "InsufficientStorage" => ("The storage is full", "Make room in it, then retry."),
        "InvalidPolicyDocument" => ("The form's policy is not in order", "Make a new bundle."),
        _ if status == 403 => (
            "Access was denied",
            "The URL has expired or was changed, or who signed it may not write there. Make a new bundle.",
        ),
        _ if status == 404 => {
            ("There is nothing at this address", "Check the bucket's name and the URL's host.")
        }
        _ if retry::is_worth_it(status) => {
            ("The server cannot take it at the moment", "Retry in a while: what has arrived is kept.")
        }
        _ => ("The server refused the upload", "What the server said stands below. Make a new bundle."),
    }
}
