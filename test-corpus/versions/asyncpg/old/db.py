import asyncpg


async def ledger():
    return await asyncpg.connect("postgresql://app@ledger-db.acme-bank.net/ledger")  #~ cleartext-database: postgresql://app@ledger-db.acme-bank.net/ledger
