import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_practice_figure_palette'),
        ('routines', '0008_media'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exercise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='routines.exercise')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.practice')),
                ('routine', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='routines.routine')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'person', 'exercise'), name='one_favourite_per_exercise'), models.UniqueConstraint(fields=('practice', 'person', 'routine'), name='one_favourite_per_routine'), models.CheckConstraint(condition=models.Q(('exercise', None), ('routine', None), _connector='XOR'), name='favourite_is_an_exercise_or_a_routine')],
            },
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.CharField(max_length=60, verbose_name='folder')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.practice')),
                ('routine', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='filings', to='routines.routine')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'routine'), name='one_folder_per_practice_and_routine'), models.CheckConstraint(condition=models.Q(('folder', ''), _negated=True), name='folder_has_a_name')],
            },
        ),
    ]
