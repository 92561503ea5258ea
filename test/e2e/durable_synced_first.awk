# Reads strace's account of a server and fails when it answered before what it had written was synced. Of each write: its
# frames in the log, their sync, and only then bytes into a socket.
/pwrite64\(.*objects.db-wal/ {unsynced = 1}
/(fdatasync|fsync)\(.*objects.db-wal.*= 0/ || /<\.\.\. (fdatasync|fsync) resumed>.*= 0/ {
  syncs += unsynced
  unsynced = 0
}
/(write|writev|sendto|sendmsg)\([0-9]+<(socket|TCP)/ {
  ++sends
  early += unsynced
}
END {
  printf "%d syncs, %d sends, %d of them with unsynced writes\n", syncs, sends, early
  exit !(syncs >= 5 && sends >= 5 && early == 0)
}
