import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from portal.lib.postgres import AddPostgresIndex, UseTrigrams


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_invitations_of_staff'),
        ('routines', '0005_self_care'),
    ]

    operations = [
        UseTrigrams(),
        migrations.CreateModel(
            name='ExerciseVector',
            fields=[
                ('exercise', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='vector', serialize=False, to='routines.exercise')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_index=True, max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name='exercise',
            name='equipment_keys',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='exercise',
            name='region_keys',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='exerciseword',
            name='place',
            field=models.PositiveSmallIntegerField(choices=[(1, 'text'), (2, 'facet'), (3, 'other name'), (4, 'name')], default=1),
        ),
        migrations.AddIndex(
            model_name='exerciseword',
            index=models.Index(fields=['word', 'place', 'exercise'], name='exercise_by_word_and_place'),
        ),
        AddPostgresIndex(
            model_name='exercisevector',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='exercise_by_vector'),
        ),
        migrations.AddField(
            model_name='searchterm',
            name='practice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.practice'),
        ),
        AddPostgresIndex(
            model_name='searchterm',
            index=django.contrib.postgres.indexes.GistIndex(fields=['word'], name='term_by_trigrams', opclasses=['gist_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='searchterm',
            constraint=models.UniqueConstraint(condition=models.Q(('practice', None)), fields=('word',), name='one_shared_term_per_word'),
        ),
        migrations.AddConstraint(
            model_name='searchterm',
            constraint=models.UniqueConstraint(fields=('practice', 'word'), name='one_term_per_practice_and_word'),
        ),
    ]
