//! Storing the files in a bucket, with credentials: environment, web identity, or those of the machine.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, BackoffConfig, ObjectStore, PutMultipartOptions, PutOptions, RetryConfig,
    WriteMultipart,
};

use super::files::{Folder, Pending};
use super::generate::{publish, written};
use crate::error::{Error, ErrorKind, Result};
use crate::export::Artifact;
use crate::plan::StoragePlan;
use crate::upload::redaction::redact;

/// The size of parts, bytes; what is smaller goes in one request.
const PART: usize = 16 << 20;
/// Parts that are sent at the same time.
const PARALLEL: usize = 4;

/// Stores the files under `s3://{bucket_name}/{raw_prefix}`. When that fails they stay in the folder that they
/// were made in, which the returned error says. Gives a line for each file.
pub(super) fn store_or_keep(
    storage: &StoragePlan,
    mut files: Vec<(Artifact, Pending)>,
    folder: &Folder,
) -> Result<(Vec<String>, Option<Error>)> {
    match store(storage, &mut files) {
        Ok(lines) => {
            drop(files);
            // The folder was needed for a while only; if there is anything in it, it stays.
            let _ = std::fs::remove_dir(folder.path());
            Ok((lines, None))
        }
        Err(reason) => {
            let lines = written(&publish(files)?);
            let reason = redact(&reason);
            let failure = Error::new(
                ErrorKind::Io,
                format!(
                    "Cannot store the files in s3://{}/{}: {}. They are all in {} instead; mend the reason and run it \
                     again, or copy them.",
                    storage.bucket_name,
                    storage.raw_prefix,
                    reason.trim_end_matches('.'),
                    folder.path().display()
                ),
            );
            Ok((lines, Some(failure)))
        }
    }
}

fn store(
    storage: &StoragePlan,
    files: &mut [(Artifact, Pending)],
) -> std::result::Result<Vec<String>, String> {
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            base: 4.0,
        },
        max_retries: 4,
        retry_timeout: Duration::from_secs(120),
    };
    let store = AmazonS3Builder::from_env().with_bucket_name(&storage.bucket_name).with_retry(retry).build();
    let store = store.map_err(reasons)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(reasons)?;
    let mut lines = Vec::new();
    for (artifact, pending) in files {
        let key = format!("{}{}", storage.raw_prefix, pending.name());
        let path = pending.staged().map_err(reasons)?;
        runtime.block_on(put(&store, &key, path, artifact.media_type()))?;
        lines.push(format!("wrote s3://{}/{key}", storage.bucket_name));
    }
    Ok(lines)
}

async fn put(
    store: &AmazonS3,
    key: &str,
    path: &Path,
    media_type: &'static str,
) -> std::result::Result<(), String> {
    let key = Key::parse(key).map_err(reasons)?;
    let attributes = Attributes::from_iter([(Attribute::ContentType, media_type)]);
    let mut file = File::open(path).map_err(reasons)?;
    if file.metadata().map_err(reasons)?.len() <= PART as u64 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(reasons)?;
        let options = PutOptions { attributes, ..PutOptions::default() };
        return store.put_opts(&key, bytes.into(), options).await.map(drop).map_err(reasons);
    }
    let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
    let upload = store.put_multipart_opts(&key, options).await.map_err(reasons)?;
    let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
    match write(&mut parts, &mut file).await {
        Ok(()) => parts.finish().await.map(drop).map_err(reasons),
        Err(reason) => {
            // If this fails too, the bucket's lifecycle rule throws the parts away.
            let _ = parts.abort().await;
            Err(reason)
        }
    }
}

async fn write(parts: &mut WriteMultipart, file: &mut impl Read) -> std::result::Result<(), String> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(bytes) => {
                parts.wait_for_capacity(PARALLEL).await.map_err(reasons)?;
                parts.write(&buffer[..bytes]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(reasons(error)),
        }
    }
}

/// An error and what has led to it, where it does not say so itself.
pub(super) fn reasons(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = inner.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
