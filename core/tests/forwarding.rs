//! A storage behind a pointer does all that the storage does: no method falls back to its default.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::sync::Arc;

use vhdx_log::storage::{HandleFault, Intent, LockOutcome, Storage};

/// Notes the name of each method that is called.
#[derive(Default)]
struct Named(RefCell<Vec<&'static str>>);

impl Named {
    fn note(&self, name: &'static str) {
        self.0.borrow_mut().push(name);
    }
}

impl Storage for Named {
    fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<()> {
        self.note("read_at");
        Ok(())
    }
    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        self.note("write_at");
        Ok(())
    }
    fn write_pieces_at(&mut self, _: u64, _: &[&[u8]]) -> io::Result<()> {
        self.note("write_pieces_at");
        Ok(())
    }
    fn zero(&mut self, _: u64, _: u64) -> io::Result<()> {
        self.note("zero");
        Ok(())
    }
    fn set_len(&mut self, _: u64) -> io::Result<()> {
        self.note("set_len");
        Ok(())
    }
    fn len(&self) -> io::Result<u64> {
        self.note("len");
        Ok(0)
    }
    fn is_empty(&self) -> io::Result<bool> {
        self.note("is_empty");
        Ok(true)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.note("flush");
        Ok(())
    }
    fn check_handle(&self, _: Intent) -> Result<(), HandleFault> {
        self.note("check_handle");
        Ok(())
    }
    fn try_lock(&self, _: Intent) -> io::Result<LockOutcome> {
        self.note("try_lock");
        Ok(LockOutcome::Taken)
    }
    fn next_data(&self, _: u64) -> io::Result<Option<u64>> {
        self.note("next_data");
        Ok(None)
    }
    fn lend(&self, _: u64, _: usize) -> Option<&[u8]> {
        self.note("lend");
        None
    }
}

fn call_each(mut storage: impl Storage) {
    storage.read_at(0, &mut []).unwrap();
    storage.write_at(0, &[]).unwrap();
    storage.write_pieces_at(0, &[]).unwrap();
    storage.zero(0, 0).unwrap();
    storage.set_len(0).unwrap();
    storage.len().unwrap();
    storage.is_empty().unwrap();
    storage.flush().unwrap();
    storage.check_handle(Intent::Read).unwrap();
    storage.try_lock(Intent::Read).unwrap();
    storage.next_data(0).unwrap();
    storage.lend(0, 0);
}

/// The names of the trait's methods, from its source.
fn declared() -> Vec<String> {
    let source = include_str!("../src/storage/mod.rs");
    let (_, body) = source.split_once("pub trait Storage {").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    body.lines()
        .filter_map(|line| line.strip_prefix("    fn "))
        .map(|rest| rest.split_once('(').unwrap().0.to_owned())
        .collect()
}

#[test]
fn every_method_is_forwarded_once() {
    let mut plain = Named::default();
    call_each(&mut plain);
    assert_eq!(plain.0.take(), declared(), "&mut S");

    let boxed: Box<dyn Storage + '_> = Box::new(&mut plain);
    call_each(boxed);
    assert_eq!(plain.0.take(), declared(), "Box<dyn Storage> of &mut S");
}

/// What a file does that the defaults do not: it is written, it has holes, it is locked.
fn use_file(mut file: impl Storage) {
    file.write_at(1 << 20, b"data").unwrap();
    file.write_pieces_at((1 << 20) + 4, &[b"more ", b"data"])
        .unwrap();
    let mut found = [0; 13];
    file.read_at(1 << 20, &mut found).unwrap();
    assert_eq!(&found, b"datamore data");
    file.zero(1 << 20, 4).unwrap();
    file.set_len(2 << 20).unwrap();
    file.flush().unwrap();
    assert_eq!(file.len().unwrap(), 2 << 20);
    if cfg!(target_os = "linux") {
        assert_eq!(file.next_data(0).unwrap(), Some(1 << 20), "a hole");
    }
    let locked = file.try_lock(Intent::Write).unwrap();
    assert!(matches!(locked, LockOutcome::Taken), "{locked:?}");
}

#[test]
fn a_file_can_be_used_through_each_kind_of_handle() {
    let new = || tempfile::tempfile().unwrap();
    use_file(new());
    use_file(&new());
    use_file(Arc::new(new()));
    let mut file: File = new();
    use_file(&mut file);
    use_file(Box::new(file));
}

#[cfg(unix)]
#[test]
fn each_kind_of_handle_says_what_it_cannot_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk");
    std::fs::write(&path, b"data").unwrap();
    let file = File::open(&path).unwrap();
    let fault = Err(HandleFault::NotWritable);
    assert_eq!(Storage::check_handle(&file, Intent::Write), fault);
    assert_eq!(Storage::check_handle(&&file, Intent::Write), fault);
    let shared = Arc::new(file);
    assert_eq!(Storage::check_handle(&shared, Intent::Write), fault);
}
