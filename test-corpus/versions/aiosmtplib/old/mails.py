import aiosmtplib


async def send(message):
    await aiosmtplib.send(message, hostname="mail.acme-bank.com")  #~ cleartext-mail: aiosmtplib.send
