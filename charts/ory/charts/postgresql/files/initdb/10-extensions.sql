-- Run once, when the data directory is created.
CREATE EXTENSION IF NOT EXISTS pgcrypto;
