-- Creates the PostgreSQL role that the web server connects as. The role may SELECT from all tables,
-- present and future, and do nothing else: it cannot even create temporary tables or large objects.
-- Run this as a superuser, connected to the database, before or after `occupations migrate`. Running
-- it again changes nothing.
--
--   WEB_PASSWORD=… psql --dbname=occupations --set=owner=occupations --file=web-role.sql
--
-- `owner` is the role that the command line uses (default: the role that runs this).
-- With compose.yaml the database runs this file when it is created.
\set ON_ERROR_STOP on
\getenv web_password WEB_PASSWORD
\if :{?web_password}
\else
  \warn 'WEB_PASSWORD is not set'
  DO $$ BEGIN RAISE 'WEB_PASSWORD is not set'; END $$;
\endif
\if :{?owner}
\else
  \set owner :USER
\endif

BEGIN;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'occupations_web') THEN
    CREATE ROLE occupations_web;
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, occupations_web', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO occupations_web', current_database());
END $$;

ALTER ROLE occupations_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'web_password';
ALTER ROLE occupations_web SET default_transaction_read_only = on;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, occupations_web;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, occupations_web;
GRANT USAGE ON SCHEMA public TO occupations_web;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO occupations_web;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT ON TABLES TO occupations_web;
GRANT ALL ON SCHEMA public TO :"owner";

REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)
  FROM PUBLIC;

COMMIT;
