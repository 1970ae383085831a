/** Occupations by a client of openapi-generator (typescript-fetch). */
import {
  Configuration,
  EducationFilter,
  FindingApi,
  type MarkOut,
  OccupationLevelFilter,
  OccupationsApi,
  OccupationSort,
  ProblemOutFromJSON,
  ResponseError,
} from "./client";

const configuration = new Configuration({
  basePath: process.env["OCCUPATIONS_API"] ?? "http://127.0.0.1:8000",
});
const occupations = new OccupationsApi(configuration);
const finding = new FindingApi(configuration);

/** A figure in words, or why there is none. A status that is new to this program has words too. */
function shown(figure: number | null, mark: MarkOut | undefined): string {
  if (figure !== null) return String(figure);
  switch (mark?.status) {
    case "top_coded":
      return `${mark.atLeast} or more`;
    case "withheld":
      return "withheld";
    default:
      return `none (${mark?.status})`;
  }
}

async function profile(code: string): Promise<void> {
  const { title, wages } = await occupations.getOccupation({ code, include: ["wages"] });
  const wage = wages?.[0];
  if (!wage) throw new Error(`${title} has no wages`);
  const median = shown(wage.annualMedian, wage.marks["annual_median"]);
  const perThousand = shown(wage.jobsPer1000, wage.marks["jobs_per_1000"]);
  console.log(`${title}: ${median} dollars a year, jobs in 1,000: ${perThousand}`);
}

async function ranking(): Promise<void> {
  const { Bachelor, Doctoral, PostsecondaryAward } = EducationFilter;
  const titles: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await occupations.listOccupations({
      group: "29",
      level: [OccupationLevelFilter.Detailed, OccupationLevelFilter.Broad],
      education: [Bachelor, Doctoral, PostsecondaryAward],
      fields: ["code", "title"],
      sort: OccupationSort.WAGE_DESCENDING,
      limit: 2,
      ...(cursor && { cursor }),
    });
    titles.push(...page.items.map((item) => item.title));
    cursor = page.nextCursor;
  } while (cursor);
  console.log(`${titles.length} by wage: ${titles[0]} to ${titles.at(-1)}`);
}

async function match(title: string): Promise<void> {
  const { items } = await finding.matchTitles({ titlesIn: { titles: [title] } });
  console.log(`${title}: ${items[0]?.matches[0]?.title}`);
}

async function problem(code: string): Promise<void> {
  try {
    await profile(code);
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    const { code: problem, errors } = ProblemOutFromJSON(await error.response.json());
    console.log(`${code}: ${problem}, did you mean ${errors[0]?.didYouMean[0]}?`);
  }
}

async function main(): Promise<void> {
  await profile("11-9111");
  await profile("29-1215");
  await ranking();
  await match("Sr. RN mgr");
  await problem("11-9112");
}

void main();
