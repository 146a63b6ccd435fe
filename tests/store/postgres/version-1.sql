-- A database of version 1, as pg_dump --inserts wrote it, without its settings. Never changed again.
CREATE TABLE public.blob (
    region text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    content bytea NOT NULL,
    put timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.blob FORCE ROW LEVEL SECURITY;
CREATE TABLE public.document (
    region text NOT NULL COLLATE pg_catalog."C",
    tbl text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    born bigint NOT NULL,
    died bigint DEFAULT '9223372036854775807'::bigint NOT NULL,
    version bigint NOT NULL,
    body json NOT NULL
);
ALTER TABLE ONLY public.document FORCE ROW LEVEL SECURITY;
CREATE TABLE public.event (
    region text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    tbl text NOT NULL,
    record text NOT NULL,
    payload json,
    salt text NOT NULL,
    payload_hash text NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL
);
ALTER TABLE ONLY public.event FORCE ROW LEVEL SECURITY;
CREATE TABLE public.indexed (
    region text NOT NULL COLLATE pg_catalog."C",
    tbl text NOT NULL COLLATE pg_catalog."C",
    by text NOT NULL COLLATE pg_catalog."C"
);
ALTER TABLE ONLY public.indexed FORCE ROW LEVEL SECURITY;
CREATE TABLE public.lease (
    region text NOT NULL COLLATE pg_catalog."C",
    job text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL,
    taken timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.lease FORCE ROW LEVEL SECURITY;
CREATE TABLE public.mark (
    region text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.mark FORCE ROW LEVEL SECURITY;
CREATE TABLE public.migration (
    number integer NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.place (
    region text NOT NULL COLLATE pg_catalog."C",
    tbl text NOT NULL COLLATE pg_catalog."C",
    by text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    ordering text NOT NULL COLLATE pg_catalog."C",
    rest text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    born bigint NOT NULL,
    died bigint DEFAULT '9223372036854775807'::bigint NOT NULL
);
ALTER TABLE ONLY public.place FORCE ROW LEVEL SECURITY;
CREATE TABLE public.store (
    region text NOT NULL COLLATE pg_catalog."C",
    seq bigint DEFAULT 0 NOT NULL,
    last_event bigint DEFAULT 0 NOT NULL,
    last_hash text DEFAULT ''::text NOT NULL,
    shape bigint DEFAULT 0 NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.store FORCE ROW LEVEL SECURITY;
INSERT INTO public.blob VALUES ('fjord', 'f9d1af62d004d4da648929bc7dde552685979d6e6a78dc8f9b64eb08e9c4ccb7', '\x686569', '2026-11-25 15:01:48.85881+00');
INSERT INTO public.document VALUES ('fjord', 'notes', '1', 1, 2, 1, '{"id":"1","version":1,"text":"a","kind":"a","done":false,"tags":["kai","is"],"at":"2026-11-23T15:44:00Z"}');
INSERT INTO public.document VALUES ('fjord', 'notes', '1', 2, 9223372036854775807, 2, '{"id":"1","version":2,"text":"b","kind":"a","done":false,"tags":["kai"],"at":"2026-11-23T15:44:00Z"}');
INSERT INTO public.document VALUES ('fjord', 'notes', '2', 2, 9223372036854775807, 1, '{"id":"2","version":1,"text":"Ålesund «x»","kind":"a","done":false,"tags":["kai"],"at":"2026-11-23T14:44:00Z"}');
INSERT INTO public.event VALUES ('fjord', 1, '2026-11-23 14:44:00+00', 'notes.made', 'notes', '1', '{"by":"kari","share":1e+22}', 'ae4a2c1366ea80c0ad7085d20f8e92e3', 'fe5a1eeac98b485c977e366fcbd563f89701ddfb4bd8c88177cf71257615632e', '', 'b4bf04caba72c485a81af8547bb10a83828f4468b42cd48bdd2eec395d636b4c');
INSERT INTO public.event VALUES ('fjord', 2, '2026-11-23 14:44:00+00', 'notes.changed', 'notes', '1', NULL, '58a620d390e6206988069c5bb9a8cd66', '2d2f00f7472dc60ca9cecb966b623bef94c0b8443670b19f8f939d0235d6362b', 'b4bf04caba72c485a81af8547bb10a83828f4468b42cd48bdd2eec395d636b4c', '9459b939068c215dd9c0def9ad6c0ffc62bfa571292e286042f8da5a3bd70fd4');
INSERT INTO public.indexed VALUES ('fjord', 'notes', 'kind>at');
INSERT INTO public.indexed VALUES ('fjord', 'notes', '>at');
INSERT INTO public.indexed VALUES ('fjord', 'notes', 'tags>id');
INSERT INTO public.indexed VALUES ('fjord', 'notes', 'kind,done>id');
INSERT INTO public.indexed VALUES ('fjord', 'notes', '>id');
INSERT INTO public.mark VALUES ('fjord', 2, '2026-11-25 15:01:48.861008+00');
INSERT INTO public.migration VALUES (1, '2026-11-25 15:01:48.769323+00');
INSERT INTO public.place VALUES ('fjord', 'notes', 'kind>at', '["a"]', 's2026-11-23T15:44:00.000000', '', '1', 1, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', '>at', '[]', 's2026-11-23T15:44:00.000000', '', '1', 1, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', 'tags>id', '["kai"]', '', '', '1', 1, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', '>id', '[]', '', '', '1', 1, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', 'kind,done>id', '["a",0]', '', '', '1', 1, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', 'tags>id', '["is"]', '', '', '1', 1, 2);
INSERT INTO public.place VALUES ('fjord', 'notes', 'tags>id', '["kai"]', '', '', '2', 2, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', '>at', '[]', 's2026-11-23T14:44:00.000000', '', '2', 2, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', 'kind>at', '["a"]', 's2026-11-23T14:44:00.000000', '', '2', 2, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', 'kind,done>id', '["a",0]', '', '', '2', 2, 9223372036854775807);
INSERT INTO public.place VALUES ('fjord', 'notes', '>id', '[]', '', '', '2', 2, 9223372036854775807);
INSERT INTO public.store VALUES ('/house', 0, 0, '', 0, '2026-11-25 15:01:48.708935+00');
INSERT INTO public.store VALUES ('fjord', 2, 2, '9459b939068c215dd9c0def9ad6c0ffc62bfa571292e286042f8da5a3bd70fd4', 1, '2026-11-25 15:01:48.795863+00');
ALTER TABLE ONLY public.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (region, digest);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (region, tbl, id, born);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (region, seq);
ALTER TABLE ONLY public.indexed
    ADD CONSTRAINT indexed_pkey PRIMARY KEY (region, tbl, by);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (region, job);
ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (region, seq);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (region, tbl, by, key, ordering, id, born);
ALTER TABLE ONLY public.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (region);
CREATE INDEX document_dead ON public.document USING btree (region, died) WHERE (died < '9223372036854775807'::bigint);
CREATE UNIQUE INDEX document_living ON public.document USING btree (region, tbl, id) WHERE (died = '9223372036854775807'::bigint);
CREATE INDEX place_dead ON public.place USING btree (region, died) WHERE (died < '9223372036854775807'::bigint);
ALTER TABLE ONLY public.blob
    ADD CONSTRAINT blob_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.indexed
    ADD CONSTRAINT indexed_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_region_fkey FOREIGN KEY (region) REFERENCES public.store(region);
ALTER TABLE public.blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.indexed ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lease ENABLE ROW LEVEL SECURITY;
CREATE POLICY listed_by_the_house ON public.store FOR SELECT USING ((current_setting('app.region'::text, true) = '/house'::text));
ALTER TABLE public.mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_region ON public.blob USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.document USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.event USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.indexed USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.lease USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.mark USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.place USING ((region = current_setting('app.region'::text, true)));
CREATE POLICY own_region ON public.store USING ((region = current_setting('app.region'::text, true)));
ALTER TABLE public.place ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.store ENABLE ROW LEVEL SECURITY;
