import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('routines', '0002_exercise_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExerciseContraindication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tag', models.CharField(max_length=40)),
                ('level', models.CharField(max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name='ExerciseFacet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('region', 'body region'), ('equipment', 'equipment'), ('tag', 'tag')], max_length=10)),
                ('value', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='ExerciseLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('easier', 'easier'), ('harder', 'harder')], max_length=6)),
                ('gate', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='ExerciseSubstitute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tag', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='ExerciseWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_index=True, max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name='exercisecontraindication',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contraindications', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exercisefacet',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facets', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exerciselink',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exerciselink',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_from', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exercisesubstitute',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='substitutes', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exercisesubstitute',
            name='substitute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routines.exercise'),
        ),
        migrations.AddField(
            model_name='exerciseword',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='routines.exercise'),
        ),
        migrations.AddIndex(
            model_name='exercisecontraindication',
            index=models.Index(fields=['tag', 'level', 'exercise'], name='contraindication_by_tag'),
        ),
        migrations.AddConstraint(
            model_name='exercisecontraindication',
            constraint=models.UniqueConstraint(fields=('exercise', 'tag'), name='one_level_per_exercise_and_tag'),
        ),
        migrations.AddConstraint(
            model_name='exercisecontraindication',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['avoid', 'ask', 'adapt'])), name='contraindication_level_is_known'),
        ),
        migrations.AddIndex(
            model_name='exercisefacet',
            index=models.Index(fields=['kind', 'value', 'exercise'], name='facet_by_value'),
        ),
        migrations.AddConstraint(
            model_name='exercisefacet',
            constraint=models.UniqueConstraint(fields=('exercise', 'kind', 'value'), name='one_facet_per_exercise_and_value'),
        ),
        migrations.AddConstraint(
            model_name='exerciselink',
            constraint=models.UniqueConstraint(fields=('exercise', 'kind'), name='one_link_per_exercise_and_kind'),
        ),
        migrations.AddConstraint(
            model_name='exerciselink',
            constraint=models.CheckConstraint(condition=models.Q(('exercise', models.F('target')), _negated=True), name='exercise_is_not_its_own_easier_or_harder_form'),
        ),
        migrations.AddConstraint(
            model_name='exercisesubstitute',
            constraint=models.UniqueConstraint(fields=('exercise', 'tag'), name='one_substitute_per_exercise_and_tag'),
        ),
        migrations.AddConstraint(
            model_name='exercisesubstitute',
            constraint=models.CheckConstraint(condition=models.Q(('exercise', models.F('substitute')), _negated=True), name='exercise_does_not_stand_in_for_itself'),
        ),
        migrations.AddConstraint(
            model_name='exerciseword',
            constraint=models.UniqueConstraint(fields=('exercise', 'word'), name='one_word_per_exercise'),
        ),
    ]
