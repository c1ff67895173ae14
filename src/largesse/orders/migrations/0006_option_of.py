from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_party_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='option_of',
            field=models.CharField(blank=True, help_text='The line that it is an option of (AL-12).', max_length=64),
        ),
    ]
