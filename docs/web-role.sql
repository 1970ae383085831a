-- Creates the PostgreSQL role that the web server connects as. The role may SELECT from the tables
-- of their owner, present and future, and do nothing else. Run this connected to the database,
-- before or after `occupations migrate`; running it again changes nothing.
--
--   WEB_PASSWORD=… psql --dbname=occupations --set=owner=occupations --file=web-role.sql
--
-- Whoever runs it may create roles, owns the database or is a member of the role that does, and is a
-- member of the owner of the tables or may become one. A superuser may all of that. What only a
-- superuser may do is done by a superuser, and said by anybody else.
--
-- `owner` is the role that the command line uses (default: the role that runs this); `web` is the
-- name of the new role (default: occupations_web).
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
\if :{?web}
\else
  \set web occupations_web
\endif

BEGIN;

SELECT format('CREATE ROLE %I', :'web')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'web') \gexec
SELECT EXISTS (
  SELECT FROM pg_roles
  WHERE rolname = :'web'
    AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
) AS may_more \gset
\if :may_more
  \warn 'The role of the web server may do more than read: choose another name by --set=web=…'
  DO $$ BEGIN RAISE 'the role may do more than read'; END $$;
\endif
ALTER ROLE :"web" LOGIN PASSWORD :'web_password';
ALTER ROLE :"web" SET default_transaction_read_only = on;

-- Whoever may create roles is not thereby the owner of the tables.
SELECT NOT pg_has_role(:'owner', 'USAGE') AS not_member \gset
\if :not_member
  GRANT :"owner" TO CURRENT_USER;
\endif

-- The owner of the tables need not own the database: what everybody may, it keeps by name.
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO :"owner";
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC, :"web";
GRANT CONNECT ON DATABASE :"DBNAME" TO :"web";

SELECT pg_has_role(nspowner, 'USAGE') AS schema_is_ours
FROM pg_namespace WHERE nspname = 'public' \gset
\if :schema_is_ours
  GRANT ALL ON SCHEMA public TO :"owner";
  REVOKE ALL ON SCHEMA public FROM PUBLIC, :"web";
  GRANT USAGE ON SCHEMA public TO :"web";
\else
  \warn 'The schema public belongs to another role. As that role: GRANT ALL ON SCHEMA public TO the owner; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO the role of the web server'
\endif

-- Tables of others, such as those of extensions, stay as they are.
SELECT format('REVOKE ALL ON %s %I.%I FROM PUBLIC, %I',
  CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, 'public', relname, :'web')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
  AND pg_get_userbyid(relowner) = :'owner' \gexec
SELECT format('GRANT SELECT ON %I.%I TO %I', 'public', relname, :'web')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
  AND pg_get_userbyid(relowner) = :'owner' \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT ON TABLES TO :"web";

\if :not_member
  REVOKE :"owner" FROM CURRENT_USER;
\endif

-- Every role may make large objects, and so fill the disk, once it has asked to be let write.
SELECT rolsuper AS is_superuser FROM pg_roles WHERE rolname = CURRENT_USER \gset
\if :is_superuser
  REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)
    FROM PUBLIC;
\else
  \warn 'Every role may still make large objects. If you can, as a superuser in this database: REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC'
\endif

COMMIT;
