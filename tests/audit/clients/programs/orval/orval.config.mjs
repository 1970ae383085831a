export default {
  occupations: {
    input: "openapi.json",
    output: {
      target: "client/api.ts",
      client: "fetch",
      baseUrl: { runtime: 'process.env["OCCUPATIONS_API"] ?? "http://127.0.0.1:8000"' },
    },
  },
};
