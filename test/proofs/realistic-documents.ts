/** Documents as operators write them, with patterns of unlimited length. */
import type { CorpusDocument, Place } from './corpus-document.ts'
import { VALUE_LANGUAGES, type ValueLanguage } from './value-languages.ts'

const {
  team: TEAM,
  ownerAndRepository: REPOSITORY,
  uuid: UUID,
  digits: ORDER,
  subject: SUBJECT,
  path: PATH,
  dotted: DOTTED,
} = VALUE_LANGUAGES

export const REALISTIC_DOCUMENTS: readonly CorpusDocument[] = [
  resource('arn:aws:s3:::acme-reports/{{team}}/{{user}}/*', { team: TEAM, user: SUBJECT }),
  resource('arn:aws:s3:::acme-uploads/{{user}}/*', { user: SUBJECT }),
  resource('arn:aws:s3:::orchard-reports/*/{{user}}/*', { user: TEAM }),
  resource('arn:aws:s3:::artifacts/{{repo}}/*', { repo: REPOSITORY }),
  resource('arn:aws:dynamodb:eu-west-1:111122223333:table/{{id}}-*', { id: UUID }),
  resource('arn:aws:dynamodb:eu-west-1:111122223333:table/orders-{{id}}', { id: ORDER }),
  resource('arn:aws:sqs:eu-west-1:111122223333:{{team}}-*', { team: TEAM }),
  resource('arn:aws:secretsmanager:eu-west-1:111122223333:secret:{{team}}/??????', { team: TEAM }),
  resource('arn:aws:secretsmanager:eu-west-1:111122223333:secret:{{team}}-??????', { team: TEAM }),
  resource('arn:aws:lambda:eu-west-1:111122223333:function:{{team}}:*', { team: TEAM }),
  resource('arn:aws:iot:eu-west-1:111122223333:topic/{{team}}/+/{{id}}', { team: TEAM, id: UUID }),
  resource('arn:aws:logs:eu-west-1:111122223333:log-group:/app/{{team}}:*', { team: TEAM }),
  resource('arn:aws:ssm:eu-west-1:111122223333:parameter/{{team}}/{{user}}', {
    team: TEAM,
    user: SUBJECT,
  }),
  resource('arn:aws:s3:::accounts/{{account}}*', { account: ORDER }),
  resource('arn:aws:s3:::accounts/{{account}}/{{repo}}/*', { account: ORDER, repo: REPOSITORY }),
  resource('arn:aws:s3:::{{team}}-data/*', { team: TEAM }),
  resource('arn:aws:s3:::{{team}}-{{user}}/*', { team: TEAM, user: TEAM }),
  resource('arn:aws:s3:::data/{{user}}/{{user}}/*', { user: TEAM }),
  written('StringLike', ['{{team}}/*'], { team: TEAM }),
  written('StringLike', ['{{team}}*'], { team: TEAM }),
  written('StringEquals', ['{{team}}/'], { team: TEAM }),
  written('StringEquals', ['{{team}}/*'], { team: TEAM }),
  written('sessionTag', ['{{farm}}-{{user}}'], { farm: TEAM, user: TEAM }),
  written('sessionTag', ['{{farm}}/{{user}}'], { farm: TEAM, user: TEAM }),
  written('sessionTag', ['{{repo}}:{{id}}'], { repo: REPOSITORY, id: UUID }),
  written('principalTag', ['{{team}}/{{user}}'], { team: TEAM, user: SUBJECT }),
  written('principalTag', ['{{team}}-{{user}}'], { team: TEAM, user: SUBJECT }),
  written('Resource', ['arn:aws:s3:::data/{{team}}/*', 'arn:aws:s3:::data/{{user}}/*'], {
    team: TEAM,
    user: SUBJECT,
  }),
  written('Resource', ['arn:aws:s3:::data/{{team}}/*', 'arn:aws:s3:::data/{{team}}/{{user}}/*'], {
    team: TEAM,
    user: SUBJECT,
  }),
  written(
    'Resource',
    ['arn:aws:s3:::data/teams/{{team}}/*', 'arn:aws:s3:::data/users/{{user}}/*'],
    {
      team: TEAM,
      user: SUBJECT,
    },
  ),
  // Separate because no value contains `//`, ends with `/`, or is `.` or `..`.
  resource('arn:aws:s3:::data/{{path}}//{{user}}', { path: PATH, user: TEAM }),
  resource('arn:aws:s3:::data/{{path}}//*', { path: PATH }),
  written('Resource', ['arn:aws:s3:::data/{{file}}/x', 'arn:aws:s3:::data/./{{user}}'], {
    file: DOTTED,
    user: TEAM,
  }),
  written('Resource', ['arn:aws:s3:::data/{{file}}/x', 'arn:aws:s3:::data/../{{user}}'], {
    file: DOTTED,
    user: TEAM,
  }),
]

function resource(
  template: string,
  languages: Readonly<Record<string, ValueLanguage>>,
): CorpusDocument {
  return written('Resource', [template], languages)
}

function written(
  place: Place,
  templates: readonly string[],
  languages: Readonly<Record<string, ValueLanguage>>,
): CorpusDocument {
  return { place, templates, languages }
}
