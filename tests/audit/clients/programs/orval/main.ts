/** Occupations by a client of orval. */
import {
  EducationFilter,
  getOccupation,
  listOccupations,
  type MarkOut,
  matchTitles,
  OccupationLevelFilter,
  OccupationSort,
} from "./client/api";

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
  const answer = await getOccupation(code, { include: ["wages"] });
  if (answer.status === 404) {
    const { code: problem, errors } = answer.data;
    console.log(`${code}: ${problem}, did you mean ${errors[0]?.did_you_mean[0]}?`);
    return;
  }
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  const wage = answer.data.wages?.[0];
  if (!wage) throw new Error(`${answer.data.title} has no wages`);
  const median = shown(wage.annual_median, wage.marks["annual_median"]);
  const perThousand = shown(wage.jobs_per_1000, wage.marks["jobs_per_1000"]);
  console.log(`${answer.data.title}: ${median} dollars a year, jobs in 1,000: ${perThousand}`);
}

async function ranking(): Promise<void> {
  const { bachelor, doctoral, postsecondary_award } = EducationFilter;
  const titles: string[] = [];
  let cursor: string | null = null;
  do {
    const answer = await listOccupations({
      group: "29",
      level: [OccupationLevelFilter.detailed, OccupationLevelFilter.broad],
      education: [bachelor, doctoral, postsecondary_award],
      fields: ["code", "title"],
      sort: OccupationSort.WAGE_DESCENDING,
      limit: 2,
      ...(cursor && { cursor }),
    });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    titles.push(...answer.data.items.map((item) => item.title));
    cursor = answer.data.next_cursor;
  } while (cursor);
  console.log(`${titles.length} by wage: ${titles[0]} to ${titles.at(-1)}`);
}

async function match(title: string): Promise<void> {
  const answer = await matchTitles({ titles: [title] });
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  console.log(`${title}: ${answer.data.items[0]?.matches[0]?.title}`);
}

async function main(): Promise<void> {
  await profile("11-9111");
  await profile("29-1215");
  await ranking();
  await match("Sr. RN mgr");
  await profile("11-9112");
}

void main();
