//! Files that appear whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, ErrorKind, Result};

/// A folder that files are written to.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// A file under a temporary name in its final folder. Dropped before [`Pending::publish`],
/// it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Pending {
    writer: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, made if it is not there.
    pub(super) fn new(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).map_err(|error| failed("make the folder", path, &error))?;
        Ok(Self(path.to_owned()))
    }

    /// Begins the file that will be called `name`.
    pub(super) fn begin(&self, name: &str) -> Result<Pending> {
        let mut builder = Builder::new();
        builder.prefix(".fleetsynth-").suffix(".partial");
        // Temporary files are private by default; this one is to become an ordinary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(&self.0).map_err(|error| failed("write into", &self.0, &error))?;
        Ok(Pending { writer: BufWriter::with_capacity(1 << 20, file), path: self.0.join(name) })
    }

    /// Writes a small file, which has no name yet.
    pub(super) fn stage(&self, name: &str, bytes: &[u8]) -> Result<Pending> {
        let mut pending = self.begin(name)?;
        pending.write_all(bytes).map_err(|error| failed("write", &pending.path, &error))?;
        Ok(pending)
    }

    /// Writes a small file whole.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        self.stage(name, bytes)?.publish()
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Pending {
    /// The name that it will have.
    pub(super) fn name(&self) -> String {
        self.path.file_name().expect("it was begun with one").to_string_lossy().into_owned()
    }

    /// Where all its bytes are for the time being.
    pub(super) fn staged(&mut self) -> Result<&Path> {
        self.writer.flush().map_err(|error| failed("write", &self.path, &error))?;
        Ok(self.writer.get_ref().path())
    }

    /// The same under a name that was not known before.
    pub(super) fn publish_as(mut self, name: &str) -> Result<PathBuf> {
        self.path.set_file_name(name);
        self.publish()
    }

    /// Gives the file its name, replacing what had it before.
    pub(super) fn publish(self) -> Result<PathBuf> {
        let Self { writer, path } = self;
        let file = writer.into_inner().map_err(|error| failed("write", &path, error.error()))?;
        file.as_file().sync_all().map_err(|error| failed("write", &path, &error))?;
        let _: File = file.persist(&path).map_err(|error| failed("write", &path, &error.error))?;
        Ok(path)
    }
}

impl Write for Pending {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.writer.write(buffer)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("Cannot {what} {}: {error}.", path.display()))
}
