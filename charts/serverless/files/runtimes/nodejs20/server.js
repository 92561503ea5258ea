// Serves the function's handler, main(event, context), on port 8080.
const http = require('http');
const handler = require('./function/handler');

const server = http.createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end('ok');
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString();
    try {
      const result = await handler.main({ data: body, request }, { name: process.env.FUNC_NAME });
      response.end(typeof result === 'string' ? result : JSON.stringify(result));
    } catch (error) {
      console.error(error);
      response.statusCode = 500;
      response.end('the function failed');
    }
  });
});
server.listen(8080);
process.on('SIGTERM', () => server.close());
