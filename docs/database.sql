-- Creates the role that owns the tables, and its database, on a PostgreSQL server that has neither.
-- Run this as a role that may create roles and databases; it need not be a superuser. Running it
-- again sets the password, and changes nothing else.
--
--   OWNER_PASSWORD=… psql --dbname=postgres --file=database.sql
--
-- `owner` and `database` are both `occupations`, unless --set=owner=… or --set=database=… says
-- otherwise. Then run web-role.sql in the new database.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\if :{?owner_password}
\else
  DO $$ BEGIN RAISE 'OWNER_PASSWORD is not set'; END $$;
\endif
\if :{?owner}
\else
  \set owner occupations
\endif
\if :{?database}
\else
  \set database occupations
\endif

SELECT format('CREATE ROLE %I', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';

-- Only a member of a role may give it a database.
SELECT format('GRANT %I TO CURRENT_USER', :'owner')
WHERE NOT pg_has_role(:'owner', 'USAGE') \gexec
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
