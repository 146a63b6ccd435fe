"""The scaled adapter: all stores in one PostgreSQL database. Only this folder and the index's adapter know psycopg."""
