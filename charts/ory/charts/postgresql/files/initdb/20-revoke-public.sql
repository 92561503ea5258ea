-- Only the owner may create objects in the public schema.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
