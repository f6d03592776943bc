import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('routines', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='exercise',
            options={'ordering': ['name', 'id'], 'verbose_name': 'exercise', 'verbose_name_plural': 'exercises'},
        ),
        migrations.AlterModelOptions(
            name='exerciseversion',
            options={'ordering': ['exercise_id', '-number'], 'verbose_name': 'version of an exercise', 'verbose_name_plural': 'versions of exercises'},
        ),
        migrations.AddField(
            model_name='exercise',
            name='category',
            field=models.CharField(blank=True, max_length=40, verbose_name='category'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='changed_at',
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='exercise',
            name='difficulty',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='difficulty'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='origin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routines.exerciseversion', verbose_name='copied from'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='position',
            field=models.CharField(blank=True, max_length=60, verbose_name='starting position'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='seconds',
            field=models.PositiveIntegerField(default=0, verbose_name='length in seconds'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='exerciseversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['name', 'id'], name='exercise_by_name'),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['category', 'name', 'id'], name='exercise_by_category'),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['state', 'name', 'id'], name='exercise_by_state'),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['position', 'name', 'id'], name='exercise_by_position'),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['difficulty', 'name', 'id'], name='exercise_by_difficulty'),
        ),
        migrations.AddConstraint(
            model_name='exercise',
            constraint=models.UniqueConstraint(condition=models.Q(('practice', None)), fields=('slug',), name='one_shared_exercise_per_slug'),
        ),
        migrations.AddConstraint(
            model_name='exercise',
            constraint=models.UniqueConstraint(fields=('practice', 'slug'), name='one_exercise_per_practice_and_slug'),
        ),
        migrations.AddConstraint(
            model_name='exercise',
            constraint=models.CheckConstraint(condition=models.Q(('current_version__isnull', False), ('state__in', ['draft', 'in_review']), _connector='OR'), name='published_exercise_has_a_version'),
        ),
        migrations.AddConstraint(
            model_name='exercise',
            constraint=models.CheckConstraint(condition=models.Q(('owner', None), ('practice__isnull', False), _connector='OR'), name='own_exercise_belongs_to_a_practice'),
        ),
        migrations.AddConstraint(
            model_name='exercise',
            constraint=models.CheckConstraint(condition=models.Q(('difficulty__gte', 1), ('difficulty__lte', 3)), name='exercise_difficulty_is_1_to_3'),
        ),
        migrations.AddConstraint(
            model_name='exerciseversion',
            constraint=models.UniqueConstraint(fields=('exercise', 'number'), name='one_version_per_exercise_and_number'),
        ),
        migrations.AddConstraint(
            model_name='exerciseversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('exercise',), name='one_draft_version_per_exercise'),
        ),
        migrations.AddConstraint(
            model_name='exerciseversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='version_numbers_start_at_1'),
        ),
    ]
