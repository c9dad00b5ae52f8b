import asyncpg


async def ledger():
    return await asyncpg.connect("postgresql://app@ledger-db.acme-bank.net/ledger")  #~ opportunistic-database-tls: postgresql://app@ledger-db.acme-bank.net/ledger
