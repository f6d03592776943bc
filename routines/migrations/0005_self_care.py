import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0001_initial'),
        ('routines', '0004_routines'),
    ]

    operations = [
        migrations.CreateModel(
            name='SelfCareItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('document', models.JSONField()),
            ],
            options={
                'verbose_name': 'self-care item',
                'verbose_name_plural': 'self-care items',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='selfcareitem',
            name='practice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='self_care_items', to='accounts.practice'),
        ),
        migrations.AddConstraint(
            model_name='selfcareitem',
            constraint=models.UniqueConstraint(condition=models.Q(('practice', None)), fields=('slug',), name='one_shared_self_care_item_per_slug'),
        ),
        migrations.AddConstraint(
            model_name='selfcareitem',
            constraint=models.UniqueConstraint(fields=('practice', 'slug'), name='one_self_care_item_per_practice_and_slug'),
        ),
    ]
