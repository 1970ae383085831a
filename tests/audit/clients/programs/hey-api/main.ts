/** Occupations by a client of @hey-api/openapi-ts, which checks each answer with zod. */
import {
  EducationFilter,
  getOccupation,
  listOccupations,
  type MarkOut,
  matchTitles,
  OccupationLevelFilter,
  type OccupationPage,
  OccupationSort,
} from "./client";
import { client } from "./client/client.gen";

client.setConfig({ baseUrl: process.env["OCCUPATIONS_API"] ?? "http://127.0.0.1:8000" });

/** A figure in words, or why there is none. A status that is new to this program has words too. */
function shown(figure: number | null, mark: MarkOut | undefined): string {
  if (figure !== null) return String(figure);
  switch (mark?.status) {
    case "top_coded":
      return `${mark.at_least} or more`;
    case "withheld":
      return "withheld";
    default:
      return `none (${mark?.status})`;
  }
}

async function profile(code: string): Promise<void> {
  const { data, error } = await getOccupation({ path: { code }, query: { include: ["wages"] } });
  if (error) {
    console.log(`${code}: ${error.code}, did you mean ${error.errors[0]?.did_you_mean[0]}?`);
    return;
  }
  const wage = data.wages?.[0];
  if (!wage) throw new Error(`${data.title} has no wages`);
  const median = shown(wage.annual_median, wage.marks["annual_median"]);
  const perThousand = shown(wage.jobs_per_1000, wage.marks["jobs_per_1000"]);
  console.log(`${data.title}: ${median} dollars a year, jobs in 1,000: ${perThousand}`);
}

async function page(cursor: string | null): Promise<OccupationPage> {
  const { BACHELOR, DOCTORAL, POSTSECONDARY_AWARD } = EducationFilter;
  const { data } = await listOccupations({
    query: {
      group: "29",
      level: [OccupationLevelFilter.DETAILED, OccupationLevelFilter.BROAD],
      education: [BACHELOR, DOCTORAL, POSTSECONDARY_AWARD],
      sort: OccupationSort.WAGE_DESCENDING,
      limit: 2,
      ...(cursor && { cursor }),
    },
    throwOnError: true,
  });
  return data;
}

async function ranking(): Promise<void> {
  const titles: string[] = [];
  let cursor: string | null = null;
  do {
    const { items, next_cursor } = await page(cursor);
    titles.push(...items.map((item) => item.title));
    cursor = next_cursor;
  } while (cursor);
  console.log(`${titles.length} by wage: ${titles[0]} to ${titles.at(-1)}`);
}

async function match(title: string): Promise<void> {
  const { data } = await matchTitles({ body: { titles: [title] }, throwOnError: true });
  console.log(`${title}: ${data.items[0]?.matches[0]?.title}`);
}

async function main(): Promise<void> {
  await profile("11-9111");
  await profile("29-1215");
  await ranking();
  await match("Sr. RN mgr");
  await profile("11-9112");
}

void main();
