import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('routines', '0003_exercise_search_and_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RoutineWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_index=True, max_length=40)),
            ],
        ),
        migrations.AlterModelOptions(
            name='routine',
            options={'ordering': ['name', 'id'], 'verbose_name': 'routine', 'verbose_name_plural': 'routines'},
        ),
        migrations.AlterModelOptions(
            name='routineitem',
            options={'ordering': ['routine_id', 'position'], 'verbose_name': 'exercise of a routine', 'verbose_name_plural': 'exercises of a routine'},
        ),
        migrations.AddField(
            model_name='routine',
            name='changed_at',
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name='routine',
            name='content_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='routine',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='routine',
            name='document',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='routine',
            name='goal',
            field=models.CharField(blank=True, max_length=500, verbose_name='goal'),
        ),
        migrations.AddField(
            model_name='routine',
            name='minutes',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='about minutes'),
        ),
        migrations.AddField(
            model_name='routine',
            name='origin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routines.routine', verbose_name='copied from'),
        ),
        migrations.AddField(
            model_name='routine',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='routine',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='withdrawn'),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='choice_group',
            field=models.CharField(blank=True, max_length=40, verbose_name='choice group'),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='dose',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='gate',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='note',
            field=models.CharField(blank=True, max_length=500, verbose_name='note'),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='optional',
            field=models.BooleanField(default=False, verbose_name='optional'),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='optional_segments',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='routineitem',
            name='segments',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='routineitem',
            name='exercise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routines.exercise', verbose_name='exercise'),
        ),
        migrations.AddIndex(
            model_name='routine',
            index=models.Index(fields=['name', 'id'], name='routine_by_name'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.UniqueConstraint(condition=models.Q(('practice', None)), fields=('slug',), name='one_shared_routine_per_slug'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.UniqueConstraint(fields=('practice', 'slug'), name='one_routine_per_practice_and_slug'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.CheckConstraint(condition=models.Q(('owner', None), ('practice__isnull', False), _connector='OR'), name='own_routine_belongs_to_a_practice'),
        ),
        migrations.AddConstraint(
            model_name='routineitem',
            constraint=models.UniqueConstraint(fields=('routine', 'position'), name='one_item_per_routine_and_position'),
        ),
        migrations.AddField(
            model_name='routineword',
            name='routine',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='routines.routine'),
        ),
        migrations.AddConstraint(
            model_name='routineword',
            constraint=models.UniqueConstraint(fields=('routine', 'word'), name='one_word_per_routine'),
        ),
    ]
