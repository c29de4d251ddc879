"""titles of recognised figures

Figures that were entered as free words get their title where the words are one; what else was typed stays free.

Revision: 0021, after 0020
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

_TITLES = {
    'citizen': 'cong dan hoc tap',
    'family': 'gia dinh hoc tap',
    'clan': 'dong ho hoc tap',
    'community': 'cong dong hoc tap(?: cap)?(?: thon)?',
    'commune': 'cong dong hoc tap (?:cap )?xa',
    'commune_unit': 'don vi hoc tap (?:thuoc |cap |thuoc cap )xa',
    'unit': 'don vi hoc tap(?: cap (?:huyen|tinh))?',
    'unit_1': 'don vi hoc tap(?: cap (?:huyen|tinh))?,? (?:dat )?muc(?: do)? 1',
    'unit_2': 'don vi hoc tap(?: cap (?:huyen|tinh))?,? (?:dat )?muc(?: do)? 2',
}
"""As the titles were read on the day of this migration; the code's own table may grow."""
_BEFORE = '(?:(?:so )?(?:nguoi|ca nhan|ho|gia dinh|dong ho|cong dong|don vi) )?(?:(?:duoc|dat|cong nhan|danh hieu) )*'


def upgrade() -> None:
    with op.batch_alter_table('recognitions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title', sa.String(length=16), nullable=True))
    table = sa.table('recognitions', sa.column('what', sa.String), sa.column('title', sa.String))
    connection = op.get_bind()
    for what in connection.execute(sa.select(table.c.what).distinct()).scalars().all():
        if title := _title(what):
            connection.execute(table.update().where(table.c.what == what).values(title=title))


def _title(what: str) -> str | None:
    letters = unicodedata.normalize('NFD', what.lower().replace('đ', 'd'))
    bare = ''.join(one for one in letters if unicodedata.category(one) != 'Mn')
    words = ' '.join(re.sub(r'[“”"\'()]', ' ', bare).split()).strip(' .')
    return next((title for title, said in _TITLES.items() if re.fullmatch(f'{_BEFORE}(?:{said})', words)), None)


def downgrade() -> None:
    with op.batch_alter_table('recognitions', schema=None) as batch_op:
        batch_op.drop_column('title')
