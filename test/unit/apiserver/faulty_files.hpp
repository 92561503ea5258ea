// SQLite's files with faults on demand: a full disk, a read-only one, a sync that fails; and a count of what is synced.
//
// A way to files (VFS) under the name kName, which hands everything else to the system's. Its state is one for the
// process; the commits that look at it run on another thread. Reset it in each test.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace kyma::apiserver::test {

class FaultyFiles {
 public:
  static constexpr const char* kName = "kyma-faulty";

  // errno of every write to come, and of every sync; 0: none fails.
  inline static std::atomic<int> write_fault = 0;
  inline static std::atomic<int> sync_fault = 0;
  inline static std::atomic<int> log_syncs = 0;            // of the write-ahead log
  inline static std::atomic<int> unsynced_log_writes = 0;  // since its last sync

  static void install() {
    static const bool kInstalled = add();
    static_cast<void>(kInstalled);
    write_fault = 0;
    sync_fault = 0;
    log_syncs = 0;
    unsynced_log_writes = 0;
  }

 private:
  struct File {
    sqlite3_file base;
    bool is_log;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static File& file(sqlite3_file* opened) { return *reinterpret_cast<File*>(opened); }
  static sqlite3_file* real(sqlite3_file* opened) { return file(opened).real(); }
  static sqlite3_vfs* system() {
    static sqlite3_vfs* const kSystem = sqlite3_vfs_find(nullptr);
    return kSystem;
  }

  static int write(sqlite3_file* f, const void* data, int size, sqlite3_int64 offset) {
    if (const int fault = write_fault; fault != 0) {
      return fault == ENOSPC ? SQLITE_FULL : fault == EROFS ? SQLITE_READONLY : SQLITE_IOERR_WRITE;
    }
    if (file(f).is_log) ++unsynced_log_writes;
    return real(f)->pMethods->xWrite(real(f), data, size, offset);
  }
  static int sync(sqlite3_file* f, int flags) {
    if (sync_fault != 0) return SQLITE_IOERR_FSYNC;
    if (file(f).is_log) {
      ++log_syncs;
      unsynced_log_writes = 0;
    }
    return real(f)->pMethods->xSync(real(f), flags);
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* opened, int flags, int* out_flags) {
    auto& f = file(opened);
    f.is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const int code = system()->xOpen(system(), name, f.real(), flags, out_flags);
    opened->pMethods = code == SQLITE_OK ? methods() : nullptr;
    return code;
  }

  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods kMethods = [] {
      sqlite3_io_methods m{};
      m.iVersion = 2;
      m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
      m.xRead = [](sqlite3_file* f, void* data, int size, sqlite3_int64 offset) {
        return real(f)->pMethods->xRead(real(f), data, size, offset);
      };
      m.xWrite = write;
      m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); };
      m.xSync = sync;
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); };
      m.xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); };
      m.xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); };
      m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
        return real(f)->pMethods->xCheckReservedLock(real(f), out);
      };
      m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
        return real(f)->pMethods->xFileControl(real(f), op, arg);
      };
      m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
      m.xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); };
      m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
        return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
      };
      m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
      };
      m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
      m.xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); };
      return m;
    }();
    return &kMethods;
  }

  static bool add() {
    static sqlite3_vfs vfs = *system();
    vfs.zName = kName;
    vfs.pNext = nullptr;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + system()->szOsFile;
    vfs.xOpen = open;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
  }
};

}  // namespace kyma::apiserver::test
