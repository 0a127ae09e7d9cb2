// Plain JavaScript, so that no compiler is part of what is measured.
require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

const imports = [];
if (process.argv[2] === 'with') {
  const { CacheableModule } = require('tiercel/nest');
  imports.push(CacheableModule.register());
}

class AppModule {}
Module({ imports })(AppModule);

NestFactory.create(AppModule, { logger: false })
  .then((app) => app.init())
  .then(() => {
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ ms: performance.now(), cpuMs: (user + system) / 1_000 }));
    process.exit();
  });
